import { expect } from "@esm-bundle/chai"
import { makeWsSync } from "@livestore/sync-cf/client"
import { steadySync } from "../../src/livestore/index.js"
import { httpAdapter } from "../../src/services/remote-file-storage/adapters/http.js"
import { Bench, type FileStore, textFile } from "../support/bench.js"
import { makeStore } from "../support/store.js"

/** Sockets that can stall without being closed, as when a laptop sleeps: nothing passes, and no event is fired. */
const breakableSockets = () => {
  const opened = new Set<{ isSilent: boolean }>()
  const Real = globalThis.WebSocket
  class Breakable extends Real {
    isSilent = false
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      opened.add(this)
      this.addEventListener("message", (event) => {
        if (this.isSilent) event.stopImmediatePropagation()
      })
    }
    override send(data: Parameters<WebSocket["send"]>[0]): void {
      if (!this.isSilent) super.send(data)
    }
  }
  globalThis.WebSocket = Breakable
  return {
    silence: (): void => opened.forEach((socket) => (socket.isSilent = true)),
    opened: (): number => opened.size,
    restore: (): void => {
      globalThis.WebSocket = Real
    },
  }
}

describe("a device whose connection stalled", function () {
  this.timeout(180_000)
  const waitMs = 40_000
  const bench = new Bench()
  const stores: FileStore[] = []
  let sockets: ReturnType<typeof breakableSockets>
  beforeEach(() => {
    sockets = breakableSockets()
  })
  afterEach(async () => {
    sockets.restore()
    await bench.close()
    await Promise.all(stores.splice(0).map((store) => store.shutdownPromise()))
  })

  const device = async (url: string) => {
    const backend = steadySync(
      makeWsSync({ url: `${url.replace(/^http/, "ws")}/sync`, ping: { requestInterval: 2_000 } }),
    )
    const store = (await makeStore({
      storeId: bench.storeId,
      sync: { backend, initialSyncOptions: { _tag: "Skip" } },
    })) as unknown as FileStore
    stores.push(store)
    return bench.device({
      store,
      fileSystem: "memory",
      remoteAdapter: httpAdapter({ baseUrl: `${url}/api` }),
    })
  }

  it("receives from other devices, and they from it, on its next connection", async () => {
    const { url } = await (await fetch("/__backend")).json()
    const [one, two] = [await device(url), await device(url)]
    const before = await one.engine.saveFile(textFile("before"))
    await two.until("it has the first file", () => two.engine.getFileState(before).local, waitMs)

    // One after the other: two that send at once is another story.
    let openedBefore = sockets.opened()
    sockets.silence()
    const meanwhile = await one.engine.saveFile(textFile("meanwhile"))
    await two.until("the second file is here", () => two.engine.getFileState(meanwhile).local, waitMs)
    expect(sockets.opened()).to.be.at.least(openedBefore + 2)

    openedBefore = sockets.opened()
    sockets.silence()
    const own = await two.engine.saveFile(textFile("of two"))
    await one.until("the other's file is here", () => one.engine.getFileState(own).local, waitMs)
    expect(sockets.opened()).to.be.at.least(openedBefore + 2)

    const after = await one.engine.saveFile(textFile("after"))
    await two.until("the third file is here", () => two.engine.getFileState(after).local, waitMs)
    expect(await (await two.engine.readFile(meanwhile)).text()).to.equal("meanwhile")
  })
})
