import { Context, Effect, Layer } from "effect"
import type { StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Observers } from "../notifications/Observers.js"
import type { Outbox } from "../outbox/Outbox.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import type { TabLocks } from "../tabs/TabLocks.js"
import { releaseContent } from "./release-content.js"
import { LastUsed } from "./LastUsed.js"
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
    /** Frees down to the budget. */
    readonly enforce: Effect.Effect<void, StorageError>
    /**
     * Whether a download that nobody asked for fits into the budget, together with those that were admitted before and
     * are not here yet.
     */
    readonly admits: (record: FileRecord) => boolean
  }
>() {}

/** Freed at least when the disk is full, so that the next file does not meet the same wall. */
const minFreeBytes = 64 * 1024 * 1024

/** How often thumbnails and unfinished files are looked at: every one of them is, and they change slowly. */
const lookBesideEvery = "30 seconds"

interface Candidate {
  readonly contentHash: string
  readonly sizeBytes: number
}

/** The budget over the local index. */
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
      const lastUsed = yield* LastUsed
      const local = yield* LocalFileStorage
      const isLimited = Number.isFinite(options.maxCacheBytes)
      const sumOf = (contents: ReadonlyArray<Candidate>): number =>
        contents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

      const live = (): ReadonlyArray<FileRecord> => {
        const unique = new Map<string, FileRecord>()
        for (const record of records.all())
          if (index.isPresent(record.contentHash)) unique.set(record.contentHash, record)
        return [...unique.values()]
      }
      // Earlier content that has gone does not come back as earlier content, so the disk is asked about it once.
      const gone = new Set<string>()
      const earlier = Effect.gen(function* () {
        const unique = new Map(records.superseded().map((content) => [content.contentHash, content]))
        const contents = [...unique.values()].filter(
          ({ contentHash }) => !gone.has(contentHash) && records.withContent(contentHash).length === 0,
        )
        const present = yield* local.filesExist(contents.map(({ contentHash }) => contentHash))
        contents.forEach(({ contentHash }, at) => {
          if (!present[at]) gone.add(contentHash)
        })
        return contents
          .filter((_, at) => present[at])
          .toSorted((one, other) => one.supersededAt - other.supersededAt)
      })
      // Content not used since the start goes before all that was, oldest change first.
      const lastUse = (record: FileRecord): number =>
        lastUsed.lastUse(record.contentHash) ?? record.updatedAt.getTime() - Number.MAX_SAFE_INTEGER
      const isEvictable = ({ contentHash }: FileRecord): boolean =>
        records
          .withContent(contentHash)
          .every(({ id, remoteKey }) => remoteKey !== null && !index.flags(id).pinned)

      const release = (
        candidates: ReadonlyArray<Candidate>,
        bytes: number,
        reason: "superseded" | "evicted",
      ) =>
        Effect.gen(function* () {
          const chosen: Array<Candidate> = []
          for (let planned = 0, at = 0; planned < bytes && at < candidates.length; at++) {
            const candidate = candidates[at] as Candidate
            chosen.push(candidate)
            planned += candidate.sizeBytes
          }
          if (chosen.length === 0) return 0
          const hashes = chosen.map(({ contentHash }) => contentHash)
          const released = new Set(yield* releaseContent(hashes, reason, options.restorableMs))
          for (const contentHash of released)
            for (const { id } of records.withContent(contentHash))
              yield* index.setFlags(id, { evicted: true })
          return sumOf(chosen.filter(({ contentHash }) => released.has(contentHash)))
        })

      // Up to `wanted`, but files that people have only for what is needed.
      const free = (needed: number, wanted: number) =>
        Effect.gen(function* () {
          const isUploaded = ({ remoteKey }: { readonly remoteKey: string | null }) => remoteKey !== null
          const freed = yield* release((yield* earlier).filter(isUploaded), wanted, "superseded")
          if (freed >= needed) return freed
          const leastUsed = live()
            .filter(isEvictable)
            .toSorted((one, other) => lastUse(one) - lastUse(other))
          return freed + (yield* release(leastUsed, wanted - freed, "evicted"))
        }).pipe(Effect.provide(context))

      // What is used, as it was when it was last added up, and what was admitted since.
      let usedBytes: number | undefined
      const admitted = new Map<string, number>()
      let earlierBytes = 0
      let besideBytes = 0
      const beside = yield* Effect.cachedWithTTL(
        Effect.suspend(() => local.spaceBeside),
        lookBesideEvery,
      )
      const admittedBytes = (): number => [...admitted.values()].reduce((sum, bytes) => sum + bytes, 0)
      let isFirst = true
      const addUp = (): number => {
        usedBytes = sumOf(live()) + earlierBytes + besideBytes
        for (const contentHash of admitted.keys())
          if (index.isPresent(contentHash) || records.withContent(contentHash).length === 0)
            admitted.delete(contentHash)
        return usedBytes
      }

      return SpaceBudget.of({
        free: (bytes) => free(Math.max(bytes, 1), Math.max(bytes, minFreeBytes)),
        enforce: Effect.gen(function* () {
          if (!isLimited) return
          // A start asks the disk about nothing; there is nothing new to count before something came or was replaced.
          if (!isFirst) {
            earlierBytes = sumOf(yield* earlier)
            const { thumbnailBytes, unfinishedBytes } = yield* beside
            // Downloads that were admitted count whole, and so do not count again as far as they have come.
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
