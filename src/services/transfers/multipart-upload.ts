/* oxlint-disable max-lines-per-function -- One upload from its beginning to its completion, in the order of its requests. */
import { Effect, Option } from "effect"
import { type StorageError, UploadError } from "../../errors/index.js"
import type {
  FileRecord,
  MultipartSupport,
  PartLimits,
  RemoteRequest,
  UploadedPart,
} from "../../types/index.js"
import { Outbox } from "../outbox/Outbox.js"
import { withIdleTimeout, reportProgress } from "../remote-file-storage/IdleTimeout.js"
import { toFailureFields } from "../remote-file-storage/layer-adapter.js"
import { recordOfContent } from "../remote-file-storage/record-of-content.js"
import { ConcurrencyLimiter } from "../sync-executor/ConcurrencyLimiter.js"
import { partBytesFor } from "./part-size.js"

/**
 * Parts of one file uploaded at once: three 5 MB parts at a time fill a connection as well as one stream does (measured).
 * Fewer where the limit for files is lower.
 */
const maxConcurrentParts = 3

/** A store puts parts together, and checks the whole, at 4 MB/s at the least: so many times faster than a slow connection. */
const joinedFasterBy = 128

/** What a multipart upload needs. */
export interface PartsRequest {
  readonly key: string
  readonly contentHash: string
  readonly record: FileRecord
  readonly body: Blob
  readonly onProgress: (loadedBytes: number, totalBytes: number) => void
}

/**
 * Sends a large file in parts and goes on where an earlier attempt, or an earlier run of the browser, stopped: the
 * upload's id is in the outbox, the store knows the parts.
 */
export const uploadParts = (
  multipart: MultipartSupport,
  request: PartsRequest,
): Effect.Effect<void, UploadError | StorageError, Outbox | ConcurrencyLimiter> =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const limiter = yield* ConcurrencyLimiter
    const { key, contentHash, record, body } = request
    const call = <A>(ask: Parameters<typeof withIdleTimeout<A, UploadError>>[0], unreportedBytes?: number) =>
      withIdleTimeout(
        ask,
        (thrown) => new UploadError({ ...toFailureFields(thrown), key, fileId: record.id }),
        unreportedBytes,
      )
    const remote = { key, contentHash, record }
    // Adapters are not ours.
    const noAnswer = (what: string) =>
      new UploadError({
        reason: "Unknown",
        key,
        fileId: record.id,
        cause: new TypeError(`The adapter gave no ${what}`),
      })

    const begin = Effect.gen(function* () {
      const begun = yield* call((signal) => multipart.begin({ ...remote, signal }))
      if (begun === "already-there") return undefined
      const { uploadId, ...limits } = (begun ?? {}) as Partial<typeof begun>
      if (typeof uploadId !== "string" || uploadId === "") return yield* noAnswer("an upload id")
      // Settled once: it is journalled, and R2 wants all parts but the last of one size.
      const within = { ...limitsOf(multipart), ...limitsOf(limits) }
      const fitting = partBytesFor(body.size, within, limiter.sentPerMs())
      if (Option.isNone(fitting))
        return yield* new UploadError({ reason: "TooLarge", key, fileId: record.id })
      const upload = { uploadId, partBytes: fitting.value }
      yield* outbox.append([{ type: "multipart", contentHash, key, ...upload }])
      return { ...upload, parts: [] as ReadonlyArray<UploadedPart> }
    })
    // An upload the store has forgotten (expired, aborted) is begun again.
    const resume = Effect.gen(function* () {
      const known = (yield* outbox.multipart).get(contentHash)
      if (known === undefined) return yield* begin
      return yield* call((signal) =>
        multipart.listParts({ ...remote, uploadId: known.uploadId, signal }),
      ).pipe(
        Effect.map((parts) => ({
          uploadId: known.uploadId,
          partBytes: known.partBytes,
          parts: Array.isArray(parts) ? parts.filter(isPart) : [],
        })),
        Effect.catchIf(
          (error) => error.reason === "NotFound",
          () => begin,
        ),
      )
    })

    const upload = yield* resume
    if (upload === undefined) return
    const { uploadId, partBytes } = upload
    const stored = new Map(upload.parts.map((part) => [part.partNumber, part]))
    const numbers = Array.from({ length: Math.ceil(body.size / partBytes) }, (_, at) => at + 1)
    const loaded = new Map(upload.parts.map(({ partNumber, sizeBytes }) => [partNumber, sizeBytes]))
    const report = (): void =>
      request.onProgress(
        Math.min(
          body.size,
          [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0),
        ),
        body.size,
      )
    report()

    const send = (partNumber: number): Effect.Effect<UploadedPart, UploadError> => {
      const start = (partNumber - 1) * partBytes
      const part = body.slice(start, Math.min(start + partBytes, body.size), body.type)
      const known = stored.get(partNumber)
      if (known?.sizeBytes === part.size) return Effect.succeed(known)
      const meter = limiter.meter("upload-large")
      return call(
        (signal, restartTimeout) =>
          multipart.uploadPart({
            ...remote,
            body: part,
            uploadId,
            partNumber,
            signal,
            onProgress: reportProgress(restartTimeout, (partLoaded) => {
              meter(partLoaded)
              loaded.set(partNumber, partLoaded)
              report()
            }),
          }),
        part.size,
      ).pipe(
        Effect.filterOrFail(
          (answer) => isPart(answer) && answer.partNumber === partNumber,
          () => noAnswer("part"),
        ),
        limiter.timed(part.size),
        Effect.tap(() => Effect.sync(() => meter(part.size))),
      )
    }
    const concurrency = Math.min(maxConcurrentParts, limiter.limit("upload-large"))
    const parts = yield* Effect.forEach(numbers, send, { concurrency })
    yield* call(
      (signal) => multipart.complete({ ...remote, uploadId, parts, signal }),
      body.size / joinedFasterBy,
    ).pipe(
      // The parts are not the file: this upload can never become it.
      Effect.tapError(({ reason }) =>
        reason === "IntegrityMismatch" || reason === "Rejected"
          ? Effect.zipRight(Effect.ignore(abort(multipart, remote, uploadId)), endUpload(contentHash))
          : Effect.void,
      ),
    )
    yield* endUpload(contentHash)
  }).pipe(
    Effect.tapError((error) =>
      error._tag === "UploadError" && error.reason === "NotFound"
        ? endUpload(request.contentHash)
        : Effect.void,
    ),
    // Forgotten by the store while it was under way: once more from the start.
    Effect.retry({ times: 1, while: (error) => error._tag === "UploadError" && error.reason === "NotFound" }),
  )

/** Has the store throw away the parts it was sent. */
const abort = (multipart: MultipartSupport, remote: Omit<RemoteRequest, "signal">, uploadId: string) =>
  withIdleTimeout(
    (signal) => multipart.abort({ ...remote, uploadId, signal }),
    (thrown) => new UploadError({ ...toFailureFields(thrown), key: remote.key, fileId: remote.record.id }),
  )

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
    yield* endUpload(contentHash)
  })

/** Forgets the upload id, so that the next attempt begins anew. */
const endUpload = (contentHash: string) =>
  Effect.flatMap(Outbox, (outbox) => outbox.append([{ type: "multipart-ended", contentHash }]))

const isPart = (part: UploadedPart | undefined): boolean =>
  Number.isInteger(part?.partNumber) && typeof part?.etag === "string"

/** The limits among what an adapter says, as far as they are numbers that can be one. */
const limitsOf = ({ minPartBytes, maxPartBytes, maxParts }: Partial<PartLimits>): Partial<PartLimits> =>
  Object.fromEntries(
    Object.entries({ minPartBytes, maxPartBytes, maxParts }).filter(
      ([, limit]) => limit !== undefined && limit >= 1,
    ),
  )
