import { expect } from "@esm-bundle/chai"
import { RemoteFailure } from "../../src/types/index.js"
import { Bench, textFile } from "../support/bench.js"
import { countEvents } from "../support/store.js"

describe("an engine", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())
  describe("in events", () => {
    it("costs two synced facts a file however many attempts fail, and no client-only one an attempt", async () => {
      let attempts = 0
      const store = await bench.store()
      const count = countEvents(store as never)
      const { engine, until } = await bench.device({
        store,
        remote: {
          fault: ({ operation }) => {
            if (operation === "upload" && ++attempts <= 6) throw new RemoteFailure("ServerError", "Later")
          },
        },
      })
      const id = await engine.saveFile(textFile("x"))
      await until("it is remote", () => engine.getFile(id)?.remoteKey != null)
      expect(attempts).to.equal(7)
      await engine.dispose()
      expect(count.names.filter((name) => name.startsWith("v1.File"))).to.deep.equal([
        "v1.FileCreated",
        "v1.FileUploaded",
      ])
      expect(count.synced).to.equal(2)
      // The device's own document when it is first read, and the row of what is here.
      expect(count.clientOnly).to.be.at.most(2)
    })

    it("costs at most 40 synced and 20 client-only ones for 1,000 files saved and uploaded", async () => {
      const store = await bench.store()
      const count = countEvents(store as never)
      const { engine, until } = await bench.device({ store })
      const beginMs = performance.now()
      const ids = await engine.saveFiles(Array.from({ length: 1_000 }, (_, at) => textFile(`file ${at}`)))
      await until("all are remote", () => ids.every((id) => engine.getFile(id)?.remoteKey != null), 50_000)
      await engine.dispose()
      expect(bench.objects.size).to.equal(1_000)
      // Uploads that end within half a second share an event, so a busy machine, which needs longer, has more of them.
      const seconds = (performance.now() - beginMs) / 1000
      expect(count.synced).to.be.at.most(Math.max(40, 20 + 2 * seconds))
      expect(count.clientOnly).to.be.at.most(20)
    })
  })
})
