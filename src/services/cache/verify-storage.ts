import { Clock, Effect } from "effect"
import type { FileRecord, VerifyReport } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { PresenceIndex } from "./PresenceIndex.js"
import { isContentHash } from "../../utils/content-hash.js"
import { markPresent } from "./mark-present.js"

/** Compares rows, index and disk, and hashes every stored file: time grows with the bytes (about 300 MB/s), memory does not. */
export const verifyStorage = (restorableMs: number) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const index = yield* PresenceIndex
    const channel = yield* TabChannel
    const since = (yield* Clock.currentTimeMillis) - restorableMs
    const stored = new Set(yield* local.listFiles)
    const live = [...records.all()]
    const byHash = new Map<string, FileRecord>(live.map((record) => [record.contentHash, record]))

    // Every tab's index is corrected, because the leader tab decides by its own.
    const hashes = [...byHash.keys()]
    const appeared = hashes.filter((hash) => stored.has(hash) && !index.isPresent(hash))
    const vanished = hashes.filter((hash) => !stored.has(hash) && index.isPresent(hash))
    yield* markPresent(appeared)
    yield* index.setAbsent(vanished)
    if (vanished.length > 0) yield* channel.post({ type: "absent", contentHashes: vanished })

    const wrong = new Set<string>()
    for (const contentHash of stored) {
      if (!byHash.has(contentHash)) continue
      if ((yield* local.hashStored(contentHash)) !== contentHash) wrong.add(contentHash)
    }
    const idsWhere = (isSo: (record: FileRecord) => boolean) => live.filter(isSo).map(({ id }) => id)
    const expected = new Set(vanished)
    const extra = [...stored].filter((contentHash) => !byHash.has(contentHash))
    const report: VerifyReport = {
      checked: live.length,
      missing: idsWhere(
        ({ contentHash, remoteKey }) =>
          !stored.has(contentHash) && (remoteKey === null || expected.has(contentHash)),
      ),
      extra,
      corrupt: idsWhere(({ contentHash }) => wrong.has(contentHash)),
      notUploaded: idsWhere(({ contentHash, remoteKey }) => stored.has(contentHash) && remoteKey === null),
      orphaned: extra.filter((contentHash) => !records.isRestorable(contentHash, since)),
    }
    return report
  })

/**
 * The entries of an earlier report that still hold; hashes only content it called corrupt. Corrects the index where bytes
 * have appeared or vanished since.
 */
export const stillWrong = (report: VerifyReport) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const index = yield* PresenceIndex
    const channel = yield* TabChannel
    const suspects = [...report.missing, ...report.corrupt, ...report.notUploaded]
    const hashes = [...new Set(suspects.flatMap((id) => records.get(id)?.contentHash ?? []))]
    const present = yield* local.filesExist(hashes)
    const stored = new Set(hashes.filter((_, at) => present[at]))
    const vanished = hashes.filter((hash) => !stored.has(hash) && index.isPresent(hash))
    yield* markPresent(hashes.filter((hash) => stored.has(hash) && !index.isPresent(hash)))
    yield* index.setAbsent(vanished)
    if (vanished.length > 0) yield* channel.post({ type: "absent", contentHashes: vanished })
    const corrupt: Array<string> = []
    for (const id of report.corrupt) {
      const contentHash = records.get(id)?.contentHash
      if (contentHash === undefined || !stored.has(contentHash)) continue
      if ((yield* local.hashStored(contentHash)) !== contentHash) corrupt.push(id)
    }
    // A name on this device's disk; the report may come from anywhere.
    return { corrupt, orphaned: report.orphaned.filter((hash) => isContentHash(hash)) }
  })
