import { expect } from "@esm-bundle/chai"
import { Effect } from "effect"
import { recordOfContent } from "../../src/services/remote-file-storage/record-of-content.js"
import { eventually, pass, withEngine } from "../support/engine-bench.js"

describe("a device that does not find what a record says is remote", () => {
  const contentHash = "ab".repeat(32)
  const record = {
    ...recordOfContent(contentHash, null),
    id: "f",
    name: "a.txt",
    mimeType: "text/plain",
    sizeBytes: 1,
    path: "p",
    deletedAt: null,
  }
  const remoteKey = `s/${contentHash}`
  let heads = 0
  /** The remote has it again, under its key, though nothing reports it. */
  let isBack = false
  const adapter = {
    head: async () => {
      heads++
      return isBack ? { sizeBytes: 1 } : undefined
    },
  }
  beforeEach(() => {
    heads = 0
    isBack = false
  })

  withEngine(
    "takes its key back for all, says that it failed, and goes on when it is there again",
    { adapter },
    ({ sync, records }) =>
      Effect.gen(function* () {
        yield* sync.start
        yield* records.create([record], [])
        yield* records.markUploaded([{ contentHash, remoteKey }])
        yield* eventually("it was tried", () => sync.fileState("f").error?.reason === "NotFound")
        // Not before it was tried for minutes: a replica may be late.
        expect(records.get("f")?.remoteKey).to.equal(remoteKey)
        yield* pass(400)
        yield* eventually("the key is gone", () => records.get("f")?.remoteKey === null)
        expect(heads).to.equal(1)
        expect(sync.fileState("f")).to.include({ transfer: "error", remote: false, local: false })
        expect(sync.status()).to.include({ state: "error", failed: 1 })
        // A device that has the bytes answers; where this one does not find them again, it says so no second time.
        yield* records.markUploaded([{ contentHash, remoteKey }])
        yield* eventually("it is tried again", () => sync.status().failed === 0)
        yield* pass(400)
        yield* eventually("it failed again", () => sync.status().failed === 1)
        expect(records.get("f")?.remoteKey).to.equal(remoteKey)
        expect(heads).to.equal(1)
      }),
  )

  withEngine(
    "asks now and then for content that no device has, and reports when it is there",
    { adapter },
    ({ sync, records }) =>
      Effect.gen(function* () {
        yield* records.create([record], [])
        yield* records.markUploaded([{ contentHash, remoteKey }])
        yield* records.markMissing([{ contentHash, remoteKey }])
        yield* sync.start
        yield* eventually("it asked", () => heads === 1)
        expect(records.get("f")?.remoteKey).to.equal(null)
        isBack = true
        yield* pass(7 * 3600)
        yield* eventually("it says so", () => records.get("f")?.remoteKey === remoteKey)
      }),
  )
})
