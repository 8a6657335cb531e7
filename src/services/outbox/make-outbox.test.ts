import { expect } from "@esm-bundle/chai"
import { Effect, Exit } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import { StorageError } from "../../errors/index.js"
import { toLines } from "./journal-state.js"
import { type JournalFiles, makeOutbox } from "./make-outbox.js"
import type { OutboxSave } from "./Outbox.js"

const saved: OutboxSave = {
  type: "save",
  id: "1",
  name: "a.txt",
  mimeType: "text/plain",
  sizeBytes: 3,
  contentHash: "a",
  path: "x/a",
  metadata: null,
  createdAt: 1,
  previousHash: null,
  at: 1,
}

/** Journals in memory, on a disk that a test fills. */
const journalsOn = (texts: Map<string, string>, disk: { isFull: boolean }): JournalFiles => ({
  append: (journal, lines) =>
    disk.isFull
      ? Effect.fail(new StorageError({ reason: "QuotaExceeded", operation: "use the outbox" }))
      : Effect.sync(() => void texts.set(journal, (texts.get(journal) ?? "") + lines)),
  truncate: (journal) => Effect.sync(() => void texts.set(journal, "")),
  list: Effect.sync(() => [...texts.keys()]),
  read: (journal) => Effect.sync(() => texts.get(journal) ?? ""),
  remove: (journal) => Effect.sync(() => void texts.delete(journal)),
})

describe("the outbox of a tab", () => {
  itEffect("leaves a dead tab's journal alone until its entries are in its own: a disk may be full", () =>
    Effect.gen(function* () {
      const texts = new Map([["dead", toLines([saved])]])
      const disk = { isFull: true }
      const outbox = makeOutbox(journalsOn(texts, disk), "own")
      const adopt = outbox.adopt(() => Effect.succeed(false))
      expect(Exit.isFailure(yield* Effect.exit(adopt))).to.equal(true)
      expect(texts.get("dead")).to.equal(toLines([saved]))
      disk.isFull = false
      expect(yield* adopt).to.deep.equal([saved])
      expect([...texts.keys()]).to.deep.equal(["own"])
      expect(yield* outbox.open).to.deep.equal([saved])
    }),
  )
})
