import { Effect } from "effect"
import { type DownloadError, UploadError } from "../../errors/index.js"
import type { FileRecord, RemoteFailureReason } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { ConcurrencyLimiter } from "../sync-executor/ConcurrencyLimiter.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import type { SmallFiles } from "./small-files.js"
import { uploadParts } from "./multipart-upload.js"

type OnProgress = (loadedBytes: number, totalBytes: number) => void

/** Files above this size go up in parts. Below it starting over costs seconds. */
const multipartFromBytes = 16 * 1024 * 1024

/**
 * Brings a content to the remote and gives its key; `undefined` when no record has it any more. When a record says that
 * the remote has the content, the remote is asked, and the content is sent if it is missing.
 */
export const uploadContent = (
  keyOf: (record: FileRecord) => string,
  smallFiles: SmallFiles,
  contentHash: string,
  onProgress: OnProgress,
) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage
    const index = yield* PresenceIndex

    const owners = records.withContent(contentHash)
    const record = owners.find(({ remoteKey }) => remoteKey === null) ?? owners[0]
    if (record === undefined) return undefined
    // This record, or another of the same content, names a remote key. That may be out of date, so the remote is asked.
    const known = owners.find(({ remoteKey }) => remoteKey !== null)
    // An object that another device did not find may be there all the same.
    const knownKey = known?.remoteKey ?? records.lostKeys([record.id]).get(record.id)
    if (knownKey !== undefined) {
      const asked = { key: knownKey, contentHash, record: known ?? record }
      const toUploadError = ({ reason, retryAfterMs, cause }: DownloadError) =>
        new UploadError({
          reason: reason as RemoteFailureReason,
          retryAfterMs,
          cause,
          key: asked.key,
          fileId: record.id,
        })
      if (yield* Effect.mapError(remote.isStored(asked), toUploadError)) return knownKey
    }

    // The browser deleted the bytes: a failure that the person sees, because this file must not be taken for uploaded.
    // The index is corrected, so that the record's next action is planned again.
    const bytes = yield* local
      .readFile(contentHash)
      .pipe(
        Effect.tapError((error) =>
          error.reason === "NotFound" ? index.setAbsent([contentHash]) : Effect.void,
        ),
      )
    const key = yield* Effect.try({
      try: () => keyOf(record),
      catch: (cause) => new UploadError({ reason: "Rejected", key: "", fileId: record.id, cause }),
    })
    if (bytes.size <= smallFiles.maxFileBytes && smallFiles.maxRunning > 0) {
      const body = bytes.slice(0, bytes.size, record.mimeType)
      yield* smallFiles.upload({ key, contentHash, record, body })
      return key
    }
    if (remote.multipart !== undefined && bytes.size > multipartFromBytes) {
      const body = bytes.slice(0, bytes.size, record.mimeType)
      yield* uploadParts(remote.multipart, { key, contentHash, record, body, onProgress })
      return key
    }
    const limiter = yield* ConcurrencyLimiter
    const meter = limiter.meter("upload-large")
    const stored = yield* remote
      .upload({
        key,
        contentHash,
        record,
        body: bytes.slice(0, bytes.size, record.mimeType),
        onProgress: (loadedBytes, totalBytes) => {
          meter(loadedBytes)
          onProgress(loadedBytes, totalBytes)
        },
      })
      .pipe(limiter.timed(bytes.size))
    meter(bytes.size) // Not every adapter reports progress.
    return stored.key
  })
