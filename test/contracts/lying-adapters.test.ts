import { expect } from "@esm-bundle/chai"
import type {
  BatchSupport,
  MultipartSupport,
  RemoteStorageAdapter,
  UploadedPart,
} from "../../src/types/index.js"
import { memoryAdapter } from "../../src/services/remote-file-storage/adapters/memory.js"
import { Bench, tellRecord, textFile } from "../support/bench.js"
import { digestOf, madeBlob } from "../support/made-blobs.js"

type Answer = (right: unknown) => unknown

describe("an engine with an adapter that lies", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  /** Our adapter with batches and parts, some of whose answers are others than the right ones. */
  const lying = (lies: {
    readonly batch?: Partial<Record<keyof BatchSupport, Answer>>
    readonly multipart?: Partial<Record<keyof MultipartSupport, Answer>>
    readonly upload?: Answer
    readonly isBatch?: boolean
  }): RemoteStorageAdapter => {
    const honest = memoryAdapter({
      objects: bench.objects,
      batch: lies.batch !== undefined,
      multipart: lies.multipart !== undefined,
    })
    const lie = <Part extends object>(part: Part | undefined, answers: object | undefined) => {
      const made = { ...part } as Record<string, unknown>
      for (const [name, answer] of Object.entries(answers ?? {})) {
        const ask = made[name] as (request: unknown) => Promise<unknown>
        made[name] = async (request: unknown) => answer(await ask(request))
      }
      return made as never
    }
    return {
      ...(lie(honest, lies.upload && { upload: lies.upload }) as RemoteStorageAdapter),
      ...(lies.batch && { batch: lie(honest.batch, lies.batch) }),
      ...(lies.multipart && { multipart: lie(honest.multipart, lies.multipart) }),
    }
  }

  const foreign = { key: "somebody-else/0000" }
  const uploadLies: ReadonlyArray<readonly [what: string, answer: Answer]> = [
    ["another key", () => foreign],
    ["a key with something behind it", (right) => ({ key: `${(right as { key: string }).key}/../x` })],
    ["text", () => "ok"],
    ["a list", (right) => [right]],
  ]
  for (const [what, answer] of uploadLies) {
    it(`does not take ${what} for an upload`, async () => {
      const { engine, until } = await bench.device({ remoteAdapter: lying({ upload: answer }) })
      const id = await engine.saveFile(textFile("x"))
      await until("it stops", () => engine.getFileState(id).transfer === "error")
      expect(engine.getFile(id)?.remoteKey).to.equal(null)
      expect(engine.getStatus().onlyHere).to.equal(1)
    })
  }

  const list = (right: unknown) => right as ReadonlyArray<object>
  const batchLies: ReadonlyArray<readonly [what: string, answer: Answer, remote: number]> = [
    ["nothing", () => undefined, 0],
    ["text", () => "{]", 0],
    ["an object with the right members", (right) => ({ ...list(right) }), 3],
    ["foreign keys", (right) => list(right).map(() => foreign), 0],
    ["keys of the others", (right) => list(right).toReversed(), 1],
    ["too few results", (right) => list(right).slice(0, 2), 2],
    ["too many results", (right) => [foreign, ...list(right)], 0],
    ["nulls and numbers", (right) => list(right).map((_, at) => (at === 0 ? null : 5)), 0],
    ["keys that are no text", (right) => list(right).map(() => ({ key: {} })), 0],
  ]
  for (const [what, answer, remote] of batchLies) {
    it(`takes ${what} in answer to a batch of three for ${remote} uploads, under our own keys`, async () => {
      const { engine, until } = await bench.device({
        remoteAdapter: lying({ batch: { uploadMany: answer } }),
      })
      await engine.pause()
      const ids = await engine.saveFiles(["a", "b", "c"].map((text) => textFile(text)))
      await engine.resume()
      // What was reported correctly is done at once, and its key comes with the event that it may share with others.
      await until("all have ended", () =>
        ids.every(
          (id) => engine.getFileState(id).transfer === "error" || engine.getFile(id)?.remoteKey != null,
        ),
      )
      const keys = ids.flatMap((id) => engine.getFile(id)?.remoteKey ?? [])
      // Alone in its batch, the one in the middle and the last may have been reported correctly in a later attempt.
      expect(keys.length).to.be.at.least(remote)
      if (remote === 0) expect(keys).to.deep.equal([])
      for (const key of keys) expect(key).to.match(new RegExp(`^${bench.storeId}/[0-9a-f]{64}$`))
      for (const id of ids) {
        const { remoteKey, contentHash = "" } = engine.getFile(id) ?? {}
        if (remoteKey != null) expect(remoteKey.endsWith(contentHash)).to.equal(true)
      }
    })
  }

  /** A device that knows two remote files, and whose adapter reports something else before each correct answer. */
  const downloading = async (
    before: (request: Parameters<BatchSupport["downloadMany"]>[0]) => Promise<void>,
  ) => {
    const source = await bench.device()
    const ids = await source.engine.saveFiles(["a", "b"].map((text) => textFile(text)))
    await source.until("all are remote", () => ids.every((id) => source.engine.getFileState(id).remote))
    const honest = memoryAdapter({ objects: bench.objects, batch: true })
    const { downloadMany } = honest.batch as BatchSupport
    const target = await bench.otherDevice({
      remoteAdapter: {
        ...honest,
        batch: {
          ...(honest.batch as BatchSupport),
          downloadMany: async (request) => {
            await before(request)
            await downloadMany(request)
          },
        },
      },
    })
    for (const id of ids) tellRecord(source, target, id)
    await target.until("they are here", () => ids.every((id) => target.engine.getFileState(id).local))
    expect(await (await target.engine.readFile(ids[0] ?? "")).text()).to.equal("a")
    expect((await target.engine.verify()).corrupt).to.deep.equal([])
    return target.events.filter(({ type }) => type === "transfer-failed")
  }

  it("ignores files of a batch that were not requested", async () => {
    const failed = await downloading(async ({ onFile }) => {
      for (const at of [-1, 99, Number.NaN, "0" as never, ["0"] as never, "length" as never]) {
        await onFile(at, new Uint8Array([1]))
      }
    })
    expect(failed).to.deep.equal([])
  })

  it("asks again for files of a batch whose bytes are none", async () => {
    let tries = 0
    const failed = await downloading(async ({ files, onFile }) => {
      tries++
      if (tries === 1) for (const at of files.keys()) await onFile(at, "bytes" as never)
    })
    expect(failed).not.to.deep.equal([])
  })

  const large = madeBlob(17 * 1024 * 1024)
  const parts = (right: unknown) => right as UploadedPart
  const partLies: ReadonlyArray<
    readonly [what: string, lies: Partial<Record<keyof MultipartSupport, Answer>>, isRemote: boolean]
  > = [
    ["no upload id", { begin: () => ({}) }, false],
    ["an upload id that is no text", { begin: () => ({ uploadId: 5 }) }, false],
    ["nothing at the beginning", { begin: () => undefined }, false],
    [
      "limits that are no numbers",
      { begin: (right) => ({ ...(right as object), minPartBytes: Number.NaN }) },
      true,
    ],
    [
      "limits below nothing",
      { begin: (right) => ({ ...(right as object), minPartBytes: -5, maxParts: 0 }) },
      true,
    ],
    [
      "parts of another number",
      { listParts: () => [], uploadPart: (right) => ({ ...parts(right), partNumber: 9 }) },
      false,
    ],
    [
      "parts without a tag",
      { listParts: () => [], uploadPart: (right) => ({ ...parts(right), etag: undefined }) },
      false,
    ],
    ["no part", { listParts: () => [], uploadPart: () => null }, false],
  ]
  for (const [what, lies, isRemote] of partLies) {
    it(`${isRemote ? "uploads" : "does not take for an upload"} a file whose store answers ${what}`, async () => {
      let completed = 0
      const { engine, until } = await bench.device({
        remoteAdapter: lying({
          multipart: { ...lies, complete: () => void completed++ },
        }),
      })
      const id = await engine.saveFile(large)
      if (!isRemote) await until("it fails", () => engine.getFileState(id).attempt > 0)
      await until("it ends", () => ["done", "error"].includes(engine.getFileState(id).transfer))
      expect(engine.getFileState(id).remote).to.equal(isRemote)
      if (isRemote) {
        const stored = bench.objects.get(engine.getFile(id)?.remoteKey ?? "") as Blob
        expect(await digestOf(stored)).to.equal(await digestOf(large))
      } else expect(completed).to.equal(0)
    })
  }

  for (const [what, answer] of [
    ["text", () => "{}"],
    ["parts that are none", () => [null, 5, { partNumber: 1 }, { partNumber: "x", etag: 1, sizeBytes: -1 }]],
    ["parts it never had", () => [{ partNumber: 77, etag: "e", sizeBytes: 8 * 1024 * 1024 }]],
  ] as const) {
    it(`sends the parts from the start when it resumes and the store lists ${what}`, async () => {
      const store = await bench.store()
      const multipart = { listParts: answer }
      let isFirst = true
      const before = await bench.device({
        store,
        remoteAdapter: lying({
          multipart: {
            ...multipart,
            uploadPart: (right) => {
              if (!isFirst) return new Promise(() => undefined)
              isFirst = false
              return right
            },
          },
        }),
      })
      const id = await before.engine.saveFile(large)
      await before.until("a part is there", () => before.engine.getFileState(id).bytesDone > 0)
      await before.engine.dispose()
      const after = await bench.device({ store, remoteAdapter: lying({ multipart }) })
      await after.until("it is remote", () => after.engine.getFileState(id).remote)
      const stored = bench.objects.get(after.engine.getFile(id)?.remoteKey ?? "") as Blob
      expect(await digestOf(stored)).to.equal(await digestOf(large))
    })
  }
})
