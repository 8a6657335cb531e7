import { expect } from "@esm-bundle/chai"
import { Effect } from "effect"
import type { Engine, Platform } from "../../src/layers/engine.js"
import { layerTest } from "../../src/layers/test-layer.js"
import { FileRecords } from "../../src/services/file-records/FileRecords.js"
import { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import { FileStorage } from "../../src/services/file-storage/FileStorage.js"
import { Maintenance } from "../../src/services/file-sync/Maintenance.js"

const run = <A, E>(effect: Effect.Effect<A, E, Engine | Platform>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, layerTest()))

const blob = (text: string): Blob => new Blob([text], { type: "text/plain" })

const restoreVersion = (fileId: string, contentHash: string) =>
  Effect.flatMap(Maintenance, (upkeep) => upkeep.restoreVersion(fileId, contentHash))

/** A file that was saved as "first" and then changed to "second". */
const program = () =>
  Effect.gen(function* () {
    const storage = yield* FileStorage
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const id = yield* storage.saveFile(blob("first"), { name: "a.txt" })
    const first = records.get(id)?.contentHash ?? ""
    yield* storage.updateFile(id, blob("second"))
    return { storage, records, local, id, first, restore: restoreVersion(id, first) }
  })

describe("restoreVersion", () => {
  it("makes earlier content the file's content again, and the newer one a version", async () => {
    await run(
      Effect.gen(function* () {
        const { storage, records, id, first, restore } = yield* program()
        const second = records.get(id)?.contentHash
        expect(records.versions(id).map(({ contentHash }) => contentHash)).to.deep.equal([first])
        yield* restore
        expect(records.get(id)?.contentHash).to.equal(first)
        expect(records.versions(id).map(({ contentHash }) => contentHash)).to.include(second)
        const file = yield* storage.readFile(id)
        expect(yield* Effect.promise(() => file.text())).to.equal("first")
      }),
    )
  })

  it("fails with NotFound and changes nothing when the bytes are nowhere any more", async () => {
    await run(
      Effect.gen(function* () {
        const { records, local, id, first, restore } = yield* program()
        const now = records.get(id)
        yield* local.deleteFile(first)
        const error = yield* Effect.flip(restore)
        expect(error).to.include({ _tag: "StorageError", reason: "NotFound" })
        expect(records.get(id)).to.deep.equal(now)
      }),
    )
  })

  it("fails with NotFound for content the file never had", async () => {
    await run(
      Effect.gen(function* () {
        const { id } = yield* program()
        const error = yield* Effect.flip(restoreVersion(id, "0".repeat(64)))
        expect(error).to.include({ _tag: "StorageError", reason: "NotFound" })
      }),
    )
  })
})
