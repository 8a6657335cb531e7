import { Duration, Effect } from "effect"
import { ConfigError, StorageError } from "../../errors/index.js"
import type { ShareOptions } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { findLive } from "../file-records/find-live.js"
import { cannotShare } from "../remote-file-storage/layer-adapter.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"

/** The longest that a signed address works, in seconds: what S3 allows. */
const maxSeconds = 7 * 24 * 3600

/** Links to one file that work without a token. */
export const makeShare = Effect.gen(function* () {
  const records = yield* FileRecords
  const remote = yield* RemoteStorage

  const getShareUrl = Effect.fn("FileStorage.getShareUrl")(function* (fileId: string, options: ShareOptions) {
    const expiresInSeconds = yield* toSeconds(options?.expiresIn)
    const record = yield* findLive(records, fileId)
    if (remote.shareUrl === undefined) return yield* cannotShare(remote.name)
    if (record.remoteKey === null)
      return yield* new StorageError({
        reason: "NotUploaded",
        operation: "share the file",
        subject: fileId,
      })
    return yield* remote.shareUrl({
      key: record.remoteKey,
      contentHash: record.contentHash,
      record,
      expiresInSeconds,
      disposition: options.download === true ? "attachment" : "inline",
    })
  })

  return { getShareUrl }
})

const toSeconds = (given: unknown): Effect.Effect<number, ConfigError> => {
  const seconds = Math.round(
    Duration.toSeconds(
      Duration.decodeUnknown(given).pipe((decoded) =>
        decoded._tag === "Some" ? decoded.value : Duration.zero,
      ),
    ),
  )
  return seconds >= 1 && seconds <= maxSeconds
    ? Effect.succeed(seconds)
    : Effect.fail(
        new ConfigError({
          reason: "InvalidOption",
          detail: '`expiresIn` must be a duration of one second to seven days, such as "1 hour".',
        }),
      )
}
