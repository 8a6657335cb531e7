import { Effect, Schedule } from "effect"
import type { ConfigError, DownloadError, StorageError } from "../../../errors/index.js"
import type { FileRecord } from "../../../types/index.js"
import { PresenceIndex } from "../../cache/PresenceIndex.js"
import { FileRecords } from "../../file-records/FileRecords.js"
import { RemoteStorage } from "../../remote-file-storage/RemoteStorage.js"

/** Concurrent requests; there are few such objects, and no person waits for the answer. */
const concurrentQuestions = 4

/** How often a long-lived leader tab asks again for objects that no device has. */
const askAgainEvery = "6 hours"

/**
 * Objects that the remote has lost, for all devices: one that does not find an object says so in the log, devices that have
 * the bytes ask and send them again, and those that have not ask now and then whether it is back.
 */
export const makeLostObjects = Effect.gen(function* () {
  const records = yield* FileRecords
  const remote = yield* RemoteStorage
  const index = yield* PresenceIndex

  const isStored = (record: FileRecord, key: string) =>
    remote.isStored({ key, contentHash: record.contentHash, record })

  /** A download found nothing at a key: asks once more, and then withdraws the key on all devices. */
  const report = (contentHash: string): Effect.Effect<void, DownloadError | ConfigError | StorageError> =>
    Effect.gen(function* () {
      const record = records.withContent(contentHash).find(({ remoteKey }) => remoteKey !== null)
      const remoteKey = record?.remoteKey
      if (record === undefined || remoteKey == null) return
      // The loss was reported before, and a device with the bytes has answered: only this device cannot find the object.
      if (records.lostKeys([record.id]).get(record.id) === remoteKey) return
      if (yield* isStored(record, remoteKey)) return
      yield* records.markMissing([{ contentHash, remoteKey }])
    })

  /** Asks for those of the records whose bytes no device is known to have, and reports which are in the remote again. */
  const askAgain = (asked: ReadonlyArray<FileRecord>): Effect.Effect<void> =>
    Effect.gen(function* () {
      const nowhere = asked.filter(
        ({ contentHash, remoteKey }) => remoteKey === null && !index.isPresent(contentHash),
      )
      const keys = records.lostKeys(nowhere.map(({ id }) => id))
      yield* Effect.forEach(
        nowhere.filter(({ id }) => keys.has(id)),
        (record) =>
          Effect.gen(function* () {
            const remoteKey = keys.get(record.id) ?? ""
            const { contentHash } = record
            if (yield* isStored(record, remoteKey)) yield* records.markUploaded([{ contentHash, remoteKey }])
          }),
        { concurrency: concurrentQuestions, discard: true },
      )
    }).pipe(
      Effect.catchAll((error) => Effect.logDebug("Asking for lost objects failed; it is tried again", error)),
    )

  const askForAll = index.forEachPending(askAgain)

  return {
    report: (contentHash: string) =>
      Effect.catchAll(report(contentHash), (error) =>
        Effect.logWarning("Reporting a lost object failed", error),
      ),
    askAgain,
    askForAll,
    /** The same for every record, at once and now and then. */
    askNowAndThen: askForAll.pipe(Effect.repeat(Schedule.spaced(askAgainEvery))),
  }
})
