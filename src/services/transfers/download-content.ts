import { Effect } from "effect"
import { DownloadError, type StorageError } from "../../errors/index.js"
import type { DownloadAnswer } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { type FileReceiver, LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { toFailureFields } from "../remote-file-storage/layer-adapter.js"
import { IdleTimeout } from "../remote-file-storage/IdleTimeout.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { ConcurrencyLimiter } from "../sync-executor/ConcurrencyLimiter.js"
import { byteReader } from "../../utils/byte-reader.js"
import type { SmallFiles } from "./small-files.js"

type OnProgress = (loadedBytes: number, totalBytes: number) => void

/**
 * Brings a content to this device, verified before it is published; resumes what an earlier attempt left. Gives whether
 * it is here: `false` when no record needs it any more.
 */
export const downloadContent = (smallFiles: SmallFiles, contentHash: string, onProgress: OnProgress) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage

    const record = records.withContent(contentHash).find(({ remoteKey }) => remoteKey !== null)
    if (yield* local.fileExists(contentHash)) return true
    if (record?.remoteKey == null) return false
    const where = { key: record.remoteKey, fileId: record.id }

    if (record.sizeBytes <= smallFiles.maxFileBytes && smallFiles.maxRunning > 0) {
      yield* smallFiles.download({ key: record.remoteKey, contentHash, record })
      return true
    }
    const receiver = yield* local.receive(contentHash)
    const answer = yield* remote.download({
      key: record.remoteKey,
      contentHash,
      record,
      offset: receiver.offset,
      etag: receiver.offset === 0 ? undefined : `"${contentHash}"`,
    })
    if (answer.offset !== receiver.offset) yield* receiver.restart
    if (answer.offset !== receiver.offset && answer.offset !== 0) {
      return yield* new DownloadError({
        reason: "IntegrityMismatch",
        ...where,
        cause: new Error(`The remote answered from byte ${answer.offset}`),
      })
    }
    const meter = (yield* ConcurrencyLimiter).meter("download-large", answer.offset)
    yield* pump(answer, receiver, { ...where, sizeBytes: record.sizeBytes }, (loaded) => {
      meter(loaded)
      onProgress(loaded, answer.totalBytes ?? record.sizeBytes)
    })
    yield* receiver.publish.pipe(
      Effect.catchTag("IntegrityError", (cause) =>
        Effect.fail(
          new DownloadError({
            // Nothing in the answer said that it was this content: something else than the file server answered, and no
            // bytes were damaged.
            reason: answer.isProven === false ? "NotOurServer" : "IntegrityMismatch",
            ...where,
            cause,
          }),
        ),
      ),
    )
    return true
  }).pipe(Effect.scoped)

/** Size of a download's buffer, and of what is handed to the I/O worker at a time. */
const bufferBytes = 1024 * 1024

type Read = () => Promise<ReadableStreamReadResult<Uint8Array>>

/**
 * Reads into one buffer, which is filled again once its bytes were handed on; a body that cannot do that is read chunk
 * by chunk.
 */
const openBody = ({ body, fillsBuffers }: DownloadAnswer) => {
  const filled = fillsBuffers === true ? byteReader(body) : undefined
  if (filled === undefined) {
    const reader = body.getReader()
    return { reader, read: (() => reader.read()) as Read }
  }
  let buffer = new ArrayBuffer(bufferBytes)
  const read: Read = async () => {
    const step = await filled.read(new Uint8Array(buffer))
    if (step.value !== undefined) buffer = step.value.buffer
    return step.done ? { done: true, value: undefined } : step
  }
  return { reader: filled, read }
}

const pump = (
  answer: DownloadAnswer,
  receiver: FileReceiver,
  { sizeBytes, ...where }: { readonly key: string; readonly fileId: string; readonly sizeBytes: number },
  onProgress: (loadedBytes: number) => void,
): Effect.Effect<void, DownloadError | StorageError> =>
  Effect.gen(function* () {
    const { read: readBody } = yield* Effect.acquireRelease(
      Effect.sync(() => openBody(answer)),
      // Cancelling a body that failed rejects with the same failure again; one that hangs never answers.
      ({ reader }) => Effect.sync(() => void reader.cancel().catch(() => undefined)),
    )
    const duration = yield* IdleTimeout
    const read = Effect.tryPromise({
      try: readBody,
      catch: (thrown) => {
        const fields = toFailureFields(thrown)
        // A body that breaks off is a lost connection, whatever the browser calls it.
        return new DownloadError({
          ...fields,
          reason: fields.reason === "Unknown" ? "Offline" : fields.reason,
          ...where,
        })
      },
    }).pipe(
      Effect.timeoutFail({
        duration,
        onTimeout: () => new DownloadError({ reason: "Timeout", ...where }),
      }),
    )
    let loaded = answer.offset
    while (true) {
      const { done, value } = yield* read
      if (done) break
      loaded += value.byteLength
      yield* receiver.write(value as Uint8Array<ArrayBuffer>)
      onProgress(loaded)
    }
    // A compressed body's length says little: one of the file's size or more is checked by its hash.
    if (answer.totalBytes !== undefined && loaded < answer.totalBytes && loaded !== sizeBytes) {
      return yield* new DownloadError({
        reason: "Offline",
        ...where,
        cause: new Error(`The body ended at byte ${loaded}`),
      })
    }
  }).pipe(Effect.scoped)
