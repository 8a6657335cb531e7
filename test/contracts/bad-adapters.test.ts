import { expect } from "@esm-bundle/chai"
import type { DownloadAnswer, RemoteStorageAdapter } from "../../src/types/index.js"
import { Bench, tellRecord, textFile } from "../support/bench.js"

describe("an engine", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())
  const allRemote = async (device: Awaited<ReturnType<Bench["device"]>>, ids: ReadonlyArray<string>) =>
    device.until("all are remote", () => ids.every((id) => device.engine.getFileState(id).remote))

  describe("with an adapter that breaks its contract", () => {
    const bad: ReadonlyArray<readonly [what: string, Partial<RemoteStorageAdapter>]> = [
      [
        "throws text",
        {
          upload: () => {
            throw "text"
          },
        },
      ],
      ["rejects with nothing", { upload: () => Promise.reject(undefined) }],
      ["answers nothing", { upload: async () => undefined as never }],
      ["answers a key that is no text", { upload: async () => ({ key: 42 as never }) }],
      ["answers an empty key", { upload: async () => ({ key: "" }) }],
      [
        "reports progress that is no number",
        {
          upload: async ({ onProgress }) => {
            onProgress(Number.NaN, -1)
            onProgress("x" as never, {} as never)
            throw new Error("and then fails")
          },
        },
      ],
    ]
    for (const [what, broken] of bad) {
      it(`stops the file when its upload ${what}, and saves and reads on`, async () => {
        const { engine, until } = await bench.device({ remoteAdapter: { ...bench.adapter(), ...broken } })
        const id = await engine.saveFile(textFile("x"))
        await until("it stops", () => engine.getFileState(id).transfer === "error")
        const { progress, error } = engine.getFileState(id)
        expect(progress).to.be.within(0, 1)
        expect(error?.reason).to.be.a("string")
        expect(engine.getFile(id)?.remoteKey).to.equal(null)
        const other = await engine.saveFile(textFile("after"))
        expect(await (await engine.readFile(other)).text()).to.equal("after")
      })
    }

    const answers: ReadonlyArray<readonly [what: string, (whole: Blob) => unknown]> = [
      ["nothing", () => undefined],
      ["no body", () => ({ offset: 0, totalBytes: 5, etag: undefined })],
      [
        "text in place of bytes",
        () => ({
          body: new ReadableStream({
            start: (to) => {
              to.enqueue("abc")
              to.close()
            },
          }),
          offset: 0,
        }),
      ],
      [
        "a body that breaks off",
        (whole) => ({ body: whole.slice(0, 2).stream(), offset: 0, totalBytes: whole.size }),
      ],
      [
        "bytes from the middle",
        (whole) => ({ body: whole.slice(2).stream(), offset: 2, totalBytes: whole.size }),
      ],
      [
        "an offset that is no number",
        (whole) => ({ body: whole.slice(1).stream(), offset: Number.NaN, totalBytes: whole.size }),
      ],
      [
        "more than was asked",
        (whole) => ({ body: new Blob([whole, whole]).stream(), offset: 0, totalBytes: undefined }),
      ],
    ]
    for (const [what, answer] of answers) {
      it(`never shows a file whose download answers ${what}, and gets it when the answer is right`, async () => {
        const source = await bench.device()
        const id = await source.engine.saveFile(textFile("right"))
        await allRemote(source, [id])
        let isBad = true
        const adapter = bench.adapter()
        const target = await bench.otherDevice({
          remoteAdapter: {
            ...adapter,
            download: async (request) => {
              const [whole = new Blob()] = bench.objects.values()
              return isBad ? (answer(whole) as DownloadAnswer) : adapter.download(request)
            },
          },
        })
        tellRecord(source, target, id)
        await target.until(
          "it failed",
          () =>
            target.engine.getFileState(id).attempt > 0 || target.engine.getFileState(id).transfer === "error",
        )
        expect(target.engine.getFileState(id).local).to.equal(false)
        isBad = false
        await target.engine.retry(id)
        await target.until("it is here", () => target.engine.getFileState(id).local)
        expect(await (await target.engine.readFile(id)).text()).to.equal("right")
      })
    }

    it("shows a file whose download answers a size that is a lie: the hash of the bytes is what counts", async () => {
      const source = await bench.device()
      const id = await source.engine.saveFile(textFile("right"))
      await allRemote(source, [id])
      const adapter = bench.adapter()
      const target = await bench.otherDevice({
        remoteAdapter: {
          ...adapter,
          download: async (request) => ({ ...(await adapter.download(request)), totalBytes: 1 }),
        },
      })
      tellRecord(source, target, id)
      await target.until("it is here", () => target.engine.getFileState(id).local)
      expect(await (await target.engine.readFile(id)).text()).to.equal("right")
    })
  })
})
