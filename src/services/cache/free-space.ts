import { Context, Effect, Layer } from "effect"
import type { StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import type { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Outbox } from "../outbox/Outbox.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import type { TabLocks } from "../tabs/TabLocks.js"
import { releaseContent } from "./collect-garbage.js"
import { ContentUse } from "./content-use.js"
import { LocalIndex } from "./local-index.js"
import type { Observers } from "../notifications/observers.js"

/** The byte budget of this device. */
export class SpaceBudget extends Context.Tag("filesync/SpaceBudget")<
  SpaceBudget,
  {
    /** Evicts least recently used, uploaded, unpinned content until at least so many bytes went; gives how many did. */
    readonly free: (bytes: number) => Effect.Effect<number, StorageError>
    /** Evicts down to the budget. */
    readonly enforce: Effect.Effect<void, StorageError>
  }
>() {}

/** Freed at least when the disk is full, so that the next file does not meet the same wall. Our choice. */
const minFreeBytes = 64 * 1024 * 1024

/** The budget over the local index. */
export const layerSpaceBudget = (options: {
  readonly maxCacheBytes: number
  readonly restorableMs: number
}) =>
  Layer.effect(
    SpaceBudget,
    Effect.gen(function* () {
      const context = yield* Effect.context<
        FileRecords | LocalFileStorage | Outbox | TabLocks | LocalIndex | TabChannel | Observers
      >()
      const records = yield* FileRecords
      const index = yield* LocalIndex
      const use = yield* ContentUse

      const present = (): ReadonlyArray<FileRecord> => {
        const unique = new Map<string, FileRecord>()
        for (const record of records.all())
          if (index.isPresent(record.contentHash)) unique.set(record.contentHash, record)
        return [...unique.values()]
      }
      // Content not used since the start goes before all that was, oldest change first.
      const lastUse = (record: FileRecord): number =>
        use.lastUse(record.contentHash) ?? record.updatedAt.getTime() - Number.MAX_SAFE_INTEGER

      const free = (bytes: number) =>
        Effect.gen(function* () {
          const victims: string[] = []
          let planned = 0
          for (const record of present().toSorted((one, other) => lastUse(one) - lastUse(other))) {
            if (planned >= bytes) break
            const owners = records.withContent(record.contentHash)
            if (owners.some(({ id, remoteKey }) => remoteKey === null || index.flags(id).pinned)) continue
            victims.push(record.contentHash)
            planned += record.sizeBytes
          }
          const sizes = new Map(present().map((record) => [record.contentHash, record.sizeBytes]))
          const released = (yield* releaseContent(victims, "evicted", options.restorableMs)) ?? []
          for (const contentHash of released) {
            for (const { id } of records.withContent(contentHash))
              yield* index.setFlags(id, { evicted: true })
          }
          return released.reduce((sum, contentHash) => sum + (sizes.get(contentHash) ?? 0), 0)
        }).pipe(Effect.provide(context))

      return SpaceBudget.of({
        free: (bytes) => free(Math.max(bytes, minFreeBytes)),
        enforce: Effect.suspend(() => {
          if (!Number.isFinite(options.maxCacheBytes)) return Effect.void
          const used = present().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
          return used <= options.maxCacheBytes
            ? Effect.void
            : Effect.asVoid(free(used - options.maxCacheBytes))
        }),
      })
    }),
  )
