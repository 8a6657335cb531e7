import { Effect } from "effect"
import type { StorageError, UploadError } from "../../errors/index.js"
import type { MultipartSupport, UploadedPart } from "../../types/index.js"
import { Outbox } from "../outbox/Outbox.js"
import { reportProgress } from "../remote-file-storage/IdleTimeout.js"
import { recordOfContent } from "../remote-file-storage/record-of-content.js"
import { ConcurrencyLimiter } from "../sync-executor/ConcurrencyLimiter.js"
import {
  callAdapter,
  endSession,
  isPart,
  type MultipartFile,
  type MultipartSession,
  noAnswer,
  openSession,
  remoteOf,
} from "./multipart-session.js"

/**
 * Parts of one file uploaded at once: three 5 MB parts at a time fill a connection as well as one stream does (measured).
 * Fewer where the limit for files is lower.
 */
const maxConcurrentParts = 3

/** A store assembles the parts and verifies the whole at 4 MB/s or more: this many times faster than the slowest upload. */
const assemblySpeedup = 128

/** What a multipart upload needs. */
export interface PartsRequest extends MultipartFile {
  readonly body: Blob
  readonly onProgress: (loadedBytes: number, totalBytes: number) => void
}

/**
 * Sends a large file in parts and resumes where an earlier attempt, or an earlier run of the browser, stopped: the
 * upload's id is in the outbox, and the store lists the parts it has.
 */
export const uploadParts = (
  multipart: MultipartSupport,
  request: PartsRequest,
): Effect.Effect<void, UploadError | StorageError, Outbox | ConcurrencyLimiter> =>
  Effect.gen(function* () {
    const session = yield* openSession(multipart, request, request.body.size)
    if (session === undefined) return
    const parts = yield* sendParts(multipart, request, session)
    yield* complete(multipart, request, session, parts)
    yield* endSession(request.contentHash)
  }).pipe(
    Effect.tapError((error) =>
      error._tag === "UploadError" && error.reason === "NotFound"
        ? endSession(request.contentHash)
        : Effect.void,
    ),
    // The store forgot the upload while it ran: once more from the start.
    Effect.retry({ times: 1, while: (error) => error._tag === "UploadError" && error.reason === "NotFound" }),
  )

/** Sends the parts that the store does not have, several at a time; gives all parts in their order. */
const sendParts = (
  multipart: MultipartSupport,
  request: PartsRequest,
  { uploadId, partBytes, parts: stored }: MultipartSession,
) =>
  Effect.gen(function* () {
    const limiter = yield* ConcurrencyLimiter
    const { body } = request
    const known = new Map(stored.map((part) => [part.partNumber, part]))
    const report = partProgress(request, stored)
    const send = (partNumber: number): Effect.Effect<UploadedPart, UploadError> => {
      const start = (partNumber - 1) * partBytes
      const part = body.slice(start, Math.min(start + partBytes, body.size), body.type)
      const present = known.get(partNumber)
      if (present?.sizeBytes === part.size) return Effect.succeed(present)
      const meter = limiter.meter("upload-large")
      return callAdapter(
        request,
        (signal, restartTimeout) =>
          multipart.uploadPart({
            ...remoteOf(request),
            body: part,
            uploadId,
            partNumber,
            signal,
            onProgress: reportProgress(restartTimeout, (loadedBytes) => {
              meter(loadedBytes)
              report(partNumber, loadedBytes)
            }),
          }),
        part.size,
      ).pipe(
        Effect.filterOrFail(
          (answer) => isPart(answer) && answer.partNumber === partNumber,
          () => noAnswer(request, "part"),
        ),
        limiter.timed(part.size),
        Effect.tap(() => Effect.sync(() => meter(part.size))),
      )
    }
    const numbers = Array.from({ length: Math.ceil(body.size / partBytes) }, (_, at) => at + 1)
    const concurrency = Math.min(maxConcurrentParts, limiter.limit("upload-large"))
    return yield* Effect.forEach(numbers, send, { concurrency })
  })

/** Adds up the progress of single parts and reports that of the file, beginning with the parts that are stored. */
const partProgress = ({ body, onProgress }: PartsRequest, stored: ReadonlyArray<UploadedPart>) => {
  const loaded = new Map(stored.map(({ partNumber, sizeBytes }) => [partNumber, sizeBytes]))
  let sum = [...loaded.values()].reduce((total, bytes) => total + bytes, 0)
  const report = (): void => onProgress(Math.min(body.size, sum), body.size)
  report()
  return (partNumber: number, loadedBytes: number): void => {
    sum += loadedBytes - (loaded.get(partNumber) ?? 0)
    loaded.set(partNumber, loadedBytes)
    report()
  }
}

/** Has the store assemble the parts. When that cannot work, the parts are deleted and the upload forgotten. */
const complete = (
  multipart: MultipartSupport,
  request: PartsRequest,
  { uploadId }: MultipartSession,
  parts: ReadonlyArray<UploadedPart>,
) =>
  callAdapter(
    request,
    (signal) => multipart.complete({ ...remoteOf(request), uploadId, parts, signal }),
    request.body.size / assemblySpeedup,
  ).pipe(
    // The parts are not the file: this upload can never become it.
    Effect.tapError(({ reason }) =>
      reason === "IntegrityMismatch" || reason === "Rejected"
        ? Effect.zipRight(Effect.ignore(abort(multipart, request, uploadId)), endSession(request.contentHash))
        : Effect.void,
    ),
  )

/** Has the store delete the parts it was sent. */
const abort = (multipart: MultipartSupport, file: MultipartFile, uploadId: string) =>
  callAdapter(file, (signal) => multipart.abort({ ...remoteOf(file), uploadId, signal }))

/**
 * Abandons an upload for good: its content is not needed any more. Parts that the store does not delete now are left to
 * the next session.
 */
export const giveUpUpload = (multipart: MultipartSupport, contentHash: string) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const upload = (yield* outbox.multipart).get(contentHash)
    if (upload === undefined) return
    const { key, uploadId } = upload
    if (key !== undefined) {
      yield* abort(multipart, { key, contentHash, record: recordOfContent(contentHash, key) }, uploadId).pipe(
        Effect.catchIf(
          ({ reason }) => reason === "NotFound",
          () => Effect.void,
        ),
      )
    }
    yield* endSession(contentHash)
  })
