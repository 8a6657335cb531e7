import { Effect } from "effect"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { LastUsed } from "./LastUsed.js"
import { PresenceIndex } from "./PresenceIndex.js"
import { releaseContent } from "./release-content.js"

interface Candidate {
  readonly contentHash: string
  readonly sizeBytes: number
}

/** Bytes of these contents together. */
export const sumOf = (contents: ReadonlyArray<Candidate>): number =>
  contents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

/** Chooses and frees content that may be evicted: first earlier content, then the least recently used. */
export const makeEviction = (restorableMs: number) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const index = yield* PresenceIndex
    const lastUsed = yield* LastUsed
    const local = yield* LocalFileStorage

    const live = (): ReadonlyArray<FileRecord> => {
      const unique = new Map<string, FileRecord>()
      for (const record of records.all())
        if (index.isPresent(record.contentHash)) unique.set(record.contentHash, record)
      return [...unique.values()]
    }
    // Earlier content that was deleted does not come back as earlier content, so the disk is asked about it once.
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
    // Content that was not used since the start is evicted before all that was, oldest change first.
    const lastUse = (record: FileRecord): number =>
      lastUsed.lastUse(record.contentHash) ?? record.updatedAt.getTime() - Number.MAX_SAFE_INTEGER
    const isEvictable = ({ contentHash }: FileRecord): boolean =>
      records
        .withContent(contentHash)
        .every(({ id, remoteKey }) => remoteKey !== null && !index.flags(id).pinned)

    const release = (candidates: ReadonlyArray<Candidate>, bytes: number, reason: "superseded" | "evicted") =>
      Effect.gen(function* () {
        const chosen: Array<Candidate> = []
        for (let planned = 0, at = 0; planned < bytes && at < candidates.length; at++) {
          const candidate = candidates[at] as Candidate
          chosen.push(candidate)
          planned += candidate.sizeBytes
        }
        if (chosen.length === 0) return 0
        const hashes = chosen.map(({ contentHash }) => contentHash)
        const released = new Set(yield* releaseContent(hashes, reason, restorableMs))
        for (const contentHash of released)
          for (const { id } of records.withContent(contentHash)) yield* index.setFlags(id, { evicted: true })
        return sumOf(chosen.filter(({ contentHash }) => released.has(contentHash)))
      })

    const free = (needed: number, wanted: number) =>
      Effect.gen(function* () {
        const isUploaded = ({ remoteKey }: { readonly remoteKey: string | null }) => remoteKey !== null
        const freed = yield* release((yield* earlier).filter(isUploaded), wanted, "superseded")
        if (freed >= needed) return freed
        const leastUsed = live()
          .filter(isEvictable)
          .toSorted((one, other) => lastUse(one) - lastUse(other))
        return freed + (yield* release(leastUsed, wanted - freed, "evicted"))
      })

    return {
      /** Content of live records on this device. */
      live,
      /** Restorable content on this device that no live record has, oldest first. */
      earlier,
      /** Frees up to `wanted` bytes, but content of live records only for what is `needed`; gives how many were freed. */
      free,
    }
  })
