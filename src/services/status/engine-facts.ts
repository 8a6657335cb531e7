import { Context, Effect, Layer } from "effect"
import type { EngineFacts } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { TransferView } from "./transfer-view.js"

/** Looks into the engine without changing anything. */
export class Inspection extends Context.Tag("filesync/Inspection")<
  Inspection,
  {
    /** Costs one walk over the records, which are in memory. */
    readonly now: () => EngineFacts
  }
>() {}

/** What records, index and transfers know, put side by side. */
export const layerInspection = (options: { readonly maxCacheBytes: number }) =>
  Layer.effect(
    Inspection,
    Effect.gen(function* () {
      const records = yield* FileRecords
      const index = yield* PresenceIndex
      const view = yield* TransferView
      return Inspection.of({
        now: () => {
          const pinned: Array<string> = []
          const evicted: Array<string> = []
          const present = new Map<string, number>()
          const all = [...records.all()]
          for (const { id, contentHash, sizeBytes } of all) {
            const flags = index.flags(id)
            if (flags.pinned) pinned.push(id)
            if (flags.evicted) evicted.push(id)
            if (index.isPresent(contentHash)) present.set(contentHash, sizeBytes)
          }
          const { maxCacheBytes } = options
          return {
            records: all,
            transfers: Array.from(view.all(), (transfer) => ({
              ...transfer,
              phase: transfer.phase === "held" ? "waiting" : transfer.phase,
              fileIds: records.withContent(transfer.contentHash).map(({ id }) => id),
            })),
            pinned,
            evicted,
            cache: {
              usedBytes: [...present.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0),
              maxBytes: Number.isFinite(maxCacheBytes) ? maxCacheBytes : null,
            },
          }
        },
      })
    }),
  )
