import { Effect, Layer } from "effect"
import type { IoRequests } from "../local-file-storage/io-worker/protocol.js"
import { IoWorker } from "../local-file-storage/IoWorker.js"
import { toStorageError } from "../local-file-storage/to-storage-error.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { type JournalFiles, makeOutbox } from "./make-outbox.js"
import { Outbox } from "./Outbox.js"

/** Journals in OPFS: one append-only file a tab, written by the I/O worker. */
export const opfsJournals = Effect.map(IoWorker, (io): JournalFiles => {
  const ask = <Name extends keyof IoRequests>(
    name: Name,
    request: IoRequests[Name]["request"],
    journal?: string,
  ) => Effect.mapError(io.request(name, request), toStorageError("use the outbox", journal))
  return {
    append: (journal, lines) => Effect.asVoid(ask("journalAppend", { journal, lines }, journal)),
    truncate: (journal) => Effect.asVoid(ask("journalTruncate", { journal }, journal)),
    list: Effect.map(ask("journalList", null), ({ journals }) => journals),
    read: (journal) => Effect.map(ask("journalRead", { journal }, journal), ({ lines }) => lines),
    remove: (journal) => Effect.asVoid(ask("journalRemove", { journal }, journal)),
  }
})

/** The outbox in OPFS. */
export const layerOpfsOutbox = Layer.effect(
  Outbox,
  Effect.zipWith(opfsJournals, TabChannel, (files, { tabId }) => makeOutbox(files, tabId)),
)
