import { Effect, Either } from "effect"
import type { ConfigError, StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { type ErasedContent, FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import type { Observers } from "../notifications/Observers.js"
import { erasureEvent } from "../file-records/record-facts.js"
import { Outbox } from "../outbox/Outbox.js"
import { recordOfContent } from "../remote-file-storage/record-of-content.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import type { TabChannel } from "../tabs/TabChannel.js"
import type { TabLocks } from "../tabs/TabLocks.js"
import { releaseContent } from "./release-content.js"
import type { PresenceIndex } from "./PresenceIndex.js"

/** Requests to the remote at once. */
const concurrentDeletions = 4

/**
 * Deletes what was erased, as far as it is still somewhere: bytes and thumbnails on this device, then the remote's
 * objects. Content that a live record has again stays, and so does an object that is not this
 * store's own, whatever the record says. The remote is asked only once the sync backend has this tab's
 * erasures: a server that reads its records refuses before. Idempotent, for every device that receives an erasure. Gives
 * whether nothing is left to do.
 */
export const finishErasures = (config: {
  readonly restorableMs: number
  readonly keyOf: (record: FileRecord) => string
  readonly mayErase: (key: string, contentHash: string) => boolean
}): Effect.Effect<
  boolean,
  StorageError | ConfigError,
  FileRecords | LocalFileStorage | RemoteStorage | Outbox | TabLocks | PresenceIndex | TabChannel | Observers
> =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage
    const outbox = yield* Outbox
    const erased = records.erasedContents().filter(({ contentHash }) => !records.isReferenced(contentHash))
    if (erased.length === 0) return true

    const hashes = erased.map(({ contentHash }) => contentHash)
    const present = yield* local.filesExist(hashes)
    const here = hashes.filter((_, at) => present[at])
    const released = here.length === 0 ? [] : yield* releaseContent(here, "erased", config.restorableMs)
    const isFreed = released.length === here.length

    const pending = remote.enabled ? erased.filter(({ isRemoteErased }) => !isRemoteErased) : []
    if (pending.length > 0 && hasOpenErasure(outbox) && (yield* outbox.hasBackend)) return false
    const deleteObject = (content: ErasedContent) => {
      const record = recordOfContent(content.contentHash, content.remoteKey, content.erasedAt)
      const named = content.remoteKey
      const isOwn = named !== null && config.mayErase(named, content.contentHash)
      const key = isOwn ? named : keyOrNull(config.keyOf, record)
      if (key === null) return Effect.succeed(Either.right(content))
      return remote
        .delete({ key, contentHash: content.contentHash, record })
        .pipe(Effect.as(content), Effect.either)
    }
    const answers = yield* Effect.forEach(pending, deleteObject, { concurrency: concurrentDeletions })
    const done = answers.flatMap((answer) => (Either.isRight(answer) ? [answer.right] : []))
    yield* records.markContentErased(done)
    return isFreed && done.length === pending.length
  })

/** Whether an erasure of this tab is not confirmed yet. */
export const hasOpenErasure = (outbox: Outbox["Type"]): boolean =>
  [...outbox.now().facts.values()].some(({ name }) => name === erasureEvent)

/** The app's `keyOf` may throw for an erased record, which has no name or type: then `null`. */
const keyOrNull = (keyOf: (record: FileRecord) => string, record: FileRecord): string | null => {
  try {
    return keyOf(record) || null
  } catch {
    return null
  }
}
