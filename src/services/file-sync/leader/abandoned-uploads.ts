import { Effect } from "effect"
import { FileRecords } from "../../file-records/FileRecords.js"
import { Outbox } from "../../outbox/Outbox.js"
import { RemoteStorage } from "../../remote-file-storage/RemoteStorage.js"
import { giveUpUpload } from "../../transfers/multipart-upload.js"

/** Ends multipart uploads whose content is not needed any more, so that the store can delete their parts. */
export const makeAbandonedUploads = Effect.gen(function* () {
  const records = yield* FileRecords
  const outbox = yield* Outbox
  const { multipart } = yield* RemoteStorage

  const giveUp = (contentHash: string) =>
    multipart === undefined
      ? Effect.void
      : giveUpUpload(multipart, contentHash).pipe(
          Effect.provideService(Outbox, outbox),
          Effect.catchAll((error) => Effect.logDebug("An upload in parts could not be ended yet", error)),
        )

  return {
    giveUp,
    /**
     * Ends uploads of earlier sessions: those that could not be ended then, and those whose content another device has
     * uploaded.
     */
    giveUpLeft: Effect.flatMap(outbox.multipart, (uploads) =>
      Effect.forEach(
        [...uploads.keys()].filter((contentHash) =>
          records.withContent(contentHash).every(({ remoteKey }) => remoteKey !== null),
        ),
        giveUp,
        { discard: true },
      ),
    ),
  }
})
