import { Effect, Option } from "effect"
import { UploadError } from "../../errors/index.js"
import type {
  FileRecord,
  MultipartSupport,
  PartLimits,
  RemoteRequest,
  UploadedPart,
} from "../../types/index.js"
import { Outbox } from "../outbox/Outbox.js"
import { withIdleTimeout } from "../remote-file-storage/IdleTimeout.js"
import { toFailureFields } from "../remote-file-storage/layer-adapter.js"
import { ConcurrencyLimiter } from "../sync-executor/ConcurrencyLimiter.js"
import { partBytesFor } from "./part-size.js"

/** An upload that the store knows: its id, the size of its parts, and the parts that are stored already. */
export interface MultipartSession {
  readonly uploadId: string
  readonly partBytes: number
  readonly parts: ReadonlyArray<UploadedPart>
}

/** The file that a multipart upload sends. */
export interface MultipartFile {
  readonly key: string
  readonly contentHash: string
  readonly record: FileRecord
}

/** Runs one call of the adapter with the idle timeout; its errors name the file. `unreportedBytes` extend the timeout. */
export const callAdapter = <A>(
  { key, record }: Pick<MultipartFile, "key" | "record">,
  ask: Parameters<typeof withIdleTimeout<A, UploadError>>[0],
  unreportedBytes?: number,
) =>
  withIdleTimeout(
    ask,
    (thrown) => new UploadError({ ...toFailureFields(thrown), key, fileId: record.id }),
    unreportedBytes,
  )

/** The error for an adapter that answers without what its type promises. */
export const noAnswer = ({ key, record }: MultipartFile, what: string): UploadError =>
  new UploadError({
    reason: "Unknown",
    key,
    fileId: record.id,
    cause: new TypeError(`The adapter gave no ${what}`),
  })

/** The request of a call about this file, without its signal. */
export const remoteOf = ({ key, contentHash, record }: MultipartFile): Omit<RemoteRequest, "signal"> => ({
  key,
  contentHash,
  record,
})

/** Whether an adapter's answer is a part. */
export const isPart = (part: UploadedPart | undefined): boolean =>
  Number.isInteger(part?.partNumber) && typeof part?.etag === "string"

/** Begins an upload at the store and journals its id; `undefined` = the content is there already. */
const begin = (multipart: MultipartSupport, file: MultipartFile, sizeBytes: number) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const limiter = yield* ConcurrencyLimiter
    const begun = yield* callAdapter(file, (signal) => multipart.begin({ ...remoteOf(file), signal }))
    if (begun === "already-there") return undefined
    const { uploadId, ...limits } = (begun ?? {}) as Partial<typeof begun>
    if (typeof uploadId !== "string" || uploadId === "") return yield* noAnswer(file, "an upload id")
    // Chosen once: it is journalled, and R2 wants all parts but the last of one size.
    const within = { ...limitsOf(multipart), ...limitsOf(limits) }
    const fitting = partBytesFor(sizeBytes, within, limiter.sentPerMs())
    if (Option.isNone(fitting))
      return yield* new UploadError({ reason: "TooLarge", key: file.key, fileId: file.record.id })
    const upload = { uploadId, partBytes: fitting.value }
    yield* outbox.append([{ type: "multipart", contentHash: file.contentHash, key: file.key, ...upload }])
    return { ...upload, parts: [] }
  })

/**
 * Resumes the upload that the journal names, else begins one; one that the store has forgotten (expired, aborted) is begun
 * again. `undefined` = the content is there already.
 */
export const openSession = (
  multipart: MultipartSupport,
  file: MultipartFile,
  sizeBytes: number,
): Effect.Effect<
  MultipartSession | undefined,
  Effect.Effect.Error<ReturnType<typeof begin>>,
  Outbox | ConcurrencyLimiter
> =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const known = (yield* outbox.multipart).get(file.contentHash)
    if (known === undefined) return yield* begin(multipart, file, sizeBytes)
    const { uploadId, partBytes } = known
    return yield* callAdapter(file, (signal) =>
      multipart.listParts({ ...remoteOf(file), uploadId, signal }),
    ).pipe(
      Effect.map((parts) => ({
        uploadId,
        partBytes,
        parts: Array.isArray(parts) ? parts.filter(isPart) : [],
      })),
      Effect.catchIf(
        (error) => error.reason === "NotFound",
        () => begin(multipart, file, sizeBytes),
      ),
    )
  })

/** Forgets the upload id, so that the next attempt starts from the beginning. */
export const endSession = (contentHash: string) =>
  Effect.flatMap(Outbox, (outbox) => outbox.append([{ type: "multipart-ended", contentHash }]))

/** The limits among what an adapter says, as far as they are numbers that can be one. */
const limitsOf = ({ minPartBytes, maxPartBytes, maxParts }: Partial<PartLimits>): Partial<PartLimits> =>
  Object.fromEntries(
    Object.entries({ minPartBytes, maxPartBytes, maxParts }).filter(
      ([, limit]) => limit !== undefined && limit >= 1,
    ),
  )
