import { Context, Effect, Layer } from "effect"
import type { StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Observers } from "../notifications/Observers.js"
import type { Outbox } from "../outbox/Outbox.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import type { TabLocks } from "../tabs/TabLocks.js"
import { makeEviction, sumOf } from "./eviction.js"
import { PresenceIndex } from "./PresenceIndex.js"

/** The byte budget of this device: live and earlier content, thumbnails and unfinished files together. */
export class SpaceBudget extends Context.Tag("filesync/SpaceBudget")<
  SpaceBudget,
  {
    /**
     * Frees at least so many bytes if it can, and gives how many it did: first earlier content that the remote has,
     * oldest first, then least recently used, uploaded, unpinned content.
     */
    readonly free: (bytes: number) => Effect.Effect<number, StorageError>
    /** Evicts until the budget is met. */
    readonly enforce: Effect.Effect<void, StorageError>
    /**
     * Whether an automatic download fits into the budget, together with those that were admitted before and
     * are not here yet.
     */
    readonly admits: (record: FileRecord) => boolean
  }
>() {}

/** Least bytes freed when the disk is full, so that the next file does not find it full again. */
const minFreeBytes = 64 * 1024 * 1024

/** How often thumbnails and unfinished files are measured: it reads every one of them, and they change slowly. */
const measureBesideEvery = "30 seconds"

/** The budget over the presence index. */
export const layerSpaceBudget = (options: {
  readonly maxCacheBytes: number
  readonly restorableMs: number
}) =>
  Layer.effect(
    SpaceBudget,
    Effect.gen(function* () {
      const context = yield* Effect.context<
        FileRecords | LocalFileStorage | Outbox | TabLocks | PresenceIndex | TabChannel | Observers
      >()
      const records = yield* FileRecords
      const index = yield* PresenceIndex
      const eviction = yield* makeEviction(options.restorableMs)
      const local = yield* LocalFileStorage
      const free = (needed: number, wanted: number) => Effect.provide(eviction.free(needed, wanted), context)
      const isLimited = Number.isFinite(options.maxCacheBytes)
      // Bytes in use when they were last added up, and bytes admitted since.
      let usedBytes: number | undefined
      const admitted = new Map<string, number>()
      let earlierBytes = 0
      let besideBytes = 0
      const beside = yield* Effect.cachedWithTTL(
        Effect.suspend(() => local.spaceBeside),
        measureBesideEvery,
      )
      const admittedBytes = (): number => [...admitted.values()].reduce((sum, bytes) => sum + bytes, 0)
      let isFirst = true
      const addUp = (): number => {
        usedBytes = sumOf(eviction.live()) + earlierBytes + besideBytes
        for (const contentHash of admitted.keys())
          if (index.isPresent(contentHash) || records.withContent(contentHash).length === 0)
            admitted.delete(contentHash)
        return usedBytes
      }

      return SpaceBudget.of({
        free: (bytes) => free(Math.max(bytes, 1), Math.max(bytes, minFreeBytes)),
        enforce: Effect.gen(function* () {
          if (!isLimited) return
          // Nothing is read from disk at start: nothing has to be counted before content was added or replaced.
          if (!isFirst) {
            earlierBytes = sumOf(yield* eviction.earlier)
            const { thumbnailBytes, unfinishedBytes } = yield* beside
            // Admitted downloads count with their full size, so what has arrived of them must not count again.
            besideBytes = thumbnailBytes + Math.max(0, unfinishedBytes - admittedBytes())
          }
          isFirst = false
          const excess = addUp() - options.maxCacheBytes
          if (excess <= 0) return
          const freed = yield* free(excess, excess)
          usedBytes = (usedBytes ?? 0) - freed
        }),
        admits: ({ contentHash, sizeBytes }) => {
          if (!isLimited || admitted.has(contentHash)) return true
          const planned = (usedBytes ?? addUp()) + sizeBytes + admittedBytes()
          if (planned > options.maxCacheBytes) return false
          admitted.set(contentHash, sizeBytes)
          return true
        },
      })
    }),
  )
