import { expect } from "@esm-bundle/chai"
import { Effect } from "effect"
import { withEngine } from "../../../test/support/engine-bench.js"
import { memoryAdapter } from "../remote-file-storage/adapters/memory.js"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"

describe("an upload", () => {
  const asked: string[] = []
  const honest = memoryAdapter()
  const adapter = {
    upload: (request: Parameters<typeof honest.upload>[0]) => {
      asked.push(request.contentHash)
      return honest.upload(request)
    },
  }
  beforeEach(() => void (asked.length = 0))
  const blob = (text: string) => new Blob([text])

  withEngine("sends nothing when the file got other content before its turn came", { adapter }, (bench) =>
    Effect.gen(function* () {
      const { storage, records } = bench
      const executor = yield* SyncExecutor
      const id = yield* storage.saveFile(blob("old"))
      const old = records.get(id)?.contentHash ?? ""
      yield* executor.enqueueUpload(old, 3)
      yield* storage.updateFile(id, blob("new"))
      // The executor has not been notified yet: it runs what it was given.
      yield* executor.activate
      yield* executor.awaitIdle
      expect(asked).to.deep.equal([])
      expect(records.get(id)).to.include({ remoteKey: null })
    }),
  )

  withEngine("sends nothing when the file was deleted before its turn came", { adapter }, (bench) =>
    Effect.gen(function* () {
      const { storage, records } = bench
      const executor = yield* SyncExecutor
      const id = yield* storage.saveFile(blob("x"))
      yield* executor.enqueueUpload(records.get(id)?.contentHash ?? "", 1)
      yield* storage.deleteFile(id)
      yield* executor.activate
      yield* executor.awaitIdle
      expect(asked).to.deep.equal([])
    }),
  )

  withEngine("takes the key of another file of the same content and sends nothing", { adapter }, (bench) =>
    Effect.gen(function* () {
      const { storage, records, objects } = bench
      const executor = yield* SyncExecutor
      const one = yield* storage.saveFile(blob("same"))
      const contentHash = records.get(one)?.contentHash ?? ""
      yield* records.markUploaded([{ contentHash, remoteKey: "key of one" }])
      objects.set("key of one", blob("same"))
      const two = yield* storage.saveFile(blob("same"))
      yield* executor.enqueueUpload(contentHash, 4)
      yield* executor.activate
      yield* executor.awaitIdle
      expect(asked).to.deep.equal([])
      expect(records.get(two)?.remoteKey).to.equal("key of one")
    }),
  )

  withEngine("sends nothing and fails nothing when the browser took the bytes away", { adapter }, (bench) =>
    Effect.gen(function* () {
      const { storage, records, local, sync } = bench
      const executor = yield* SyncExecutor
      const id = yield* storage.saveFile(blob("x"))
      const contentHash = records.get(id)?.contentHash ?? ""
      yield* executor.enqueueUpload(contentHash, 1)
      yield* local.deleteFile(contentHash)
      yield* executor.activate
      yield* executor.awaitIdle
      expect(asked).to.deep.equal([])
      expect(sync.fileState(id)).to.include({ local: false, remote: false, error: null })
    }),
  )
})
