import { Effect, Runtime } from "effect"
import { DownloadError, type StorageError, UploadError } from "../../errors/index.js"
import { RemoteFailure, type BatchMember, type BatchSupport } from "../../types/index.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { withIdleTimeout } from "../remote-file-storage/IdleTimeout.js"
import { toFailureFields } from "../remote-file-storage/layer-adapter.js"
import { ConcurrencyLimiter } from "../sync-executor/ConcurrencyLimiter.js"
import { makeBatchWindow } from "./batch-window.js"
import { maxSharedBytes, membersOf, type SmallFileLimits, smallFileLimits } from "./small-file-limits.js"

/** Small files, many to a request, where the remote takes batches. */
export interface SmallFiles extends SmallFileLimits {
  readonly upload: (member: BatchMember & { readonly body: Blob }) => Effect.Effect<void, UploadError>
  /** Stored and verified on this device when it succeeds. */
  readonly download: (member: BatchMember) => Effect.Effect<void, DownloadError | StorageError>
}

/** Requests shared by small files; without `batch` the limit is 0, so that none is shared. */
export const makeSmallFiles = (batch: BatchSupport | undefined) =>
  Effect.gen(function* () {
    const smallFiles: SmallFiles = {
      ...smallFileLimits(batch),
      upload: yield* makeUpload(batch),
      download: yield* makeDownload(batch),
    }
    return smallFiles
  })

const noBatch = new RemoteFailure("Rejected", "The remote takes no batches")

const toUploadError = ({ key, record }: BatchMember, thrown: unknown) =>
  new UploadError({ ...toFailureFields(thrown), key, fileId: record.id })
const toDownloadError = ({ key, record }: BatchMember, thrown: unknown) =>
  new DownloadError({ ...toFailureFields(thrown), key, fileId: record.id })

const maxMembersOf = (batch: BatchSupport | undefined): number => Math.max(1, membersOf(batch))

const makeUpload = (batch: BatchSupport | undefined) =>
  Effect.gen(function* () {
    const limiter = yield* ConcurrencyLimiter
    return yield* makeBatchWindow<BatchMember & { readonly body: Blob }, UploadError>({
      maxMembers: maxMembersOf(batch),
      concurrent: () => limiter.limit("upload-small"),
      send: (files, settle) => {
        const totalBytes = files.reduce((sum, { body }) => sum + body.size, 0)
        return withIdleTimeout(
          (signal) => batch?.uploadMany({ files, signal }) ?? Promise.reject(noBatch),
          (thrown) => toUploadError(files[0] as BatchMember, thrown),
          totalBytes,
        ).pipe(
          Effect.tap(() => Effect.sync(() => limiter.meter("upload-small")(totalBytes))),
          limiter.during("upload-small"),
          Effect.flatMap((results) =>
            Effect.forEach(
              files,
              (file, at) => {
                // Third-party adapters may misreport: only this file's own key proves that this file is stored.
                const result = (results as typeof results | undefined)?.[at] as
                  | { readonly key?: unknown }
                  | undefined
                return settle(
                  at,
                  result?.key === file.key ? Effect.void : Effect.fail(toUploadError(file, result)),
                )
              },
              { discard: true },
            ),
          ),
        )
      },
    })
  })

const makeDownload = (batch: BatchSupport | undefined) =>
  Effect.gen(function* () {
    const local = yield* LocalFileStorage
    const limiter = yield* ConcurrencyLimiter
    const runtime = yield* Effect.runtime()
    return yield* makeBatchWindow<BatchMember, DownloadError | StorageError>({
      maxMembers: maxMembersOf(batch),
      concurrent: () => limiter.limit("download-small"),
      send: (files, settle) =>
        Effect.gen(function* () {
          const store = (file: BatchMember, bytes: Uint8Array<ArrayBuffer>) =>
            local.storeVerified(file.contentHash, bytes).pipe(
              Effect.catchTag("IntegrityError", (cause) =>
                Effect.fail(
                  new DownloadError({
                    reason: "IntegrityMismatch",
                    key: file.key,
                    fileId: file.record.id,
                    cause,
                  }),
                ),
              ),
            )
          yield* withIdleTimeout(
            async (signal, restartTimeout) => {
              const storing: Array<Promise<void>> = []
              const meter = limiter.meter("download-small")
              let loadedBytes = 0
              const onFile = async (at: number, result: Uint8Array<ArrayBuffer> | RemoteFailure) => {
                // Third-party adapters may misreport, and `files["0"]` would be the first file.
                const file = typeof at === "number" ? files[at] : undefined
                // The answer was not asked for, or came too late: its files are asked for again, or not wanted any more.
                if (file === undefined || signal.aborted) return
                restartTimeout(maxSharedBytes)
                if (result instanceof Uint8Array) meter((loadedBytes += result.byteLength))
                const outcome =
                  result instanceof Uint8Array
                    ? store(file, result)
                    : Effect.fail(toDownloadError(file, result))
                // Not waited for: the next member's bytes arrive while this one's file is made.
                storing.push(
                  Runtime.runPromise(runtime)(
                    Effect.flatMap(Effect.exit(outcome), (exit) => settle(at, exit)),
                  ),
                )
              }
              await (batch?.downloadMany({ files, signal, onFile }) ?? Promise.reject(noBatch))
              await Promise.all(storing)
            },
            (thrown) => toDownloadError(files[0] as BatchMember, thrown),
            maxSharedBytes,
          )
          // Members that were left out of the answer fail.
          yield* Effect.forEach(
            files,
            (file, at) =>
              settle(
                at,
                Effect.fail(
                  toDownloadError(file, new RemoteFailure("ServerError", "The answer leaves out this file")),
                ),
              ),
            { discard: true },
          )
        }).pipe(limiter.during("download-small")),
    })
  })
