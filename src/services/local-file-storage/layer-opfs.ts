/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Effect, Layer } from "effect"
import type { StorageError } from "../../errors/index.js"
import { IntegrityError } from "../../errors/index.js"
import { rootFolderName, storeFolderName } from "../../utils/stored-path.js"
import { makeFileUrls } from "./file-urls.js"
import type { ReceiveAnswer } from "./io-worker/protocol.js"
import { IoWorker } from "./IoWorker.js"
import { LocalFileStorage } from "./LocalFileStorage.js"
import { makeReceiveWindow } from "./receive-window.js"
import { toStorageError } from "./to-storage-error.js"

/** Bytes in the origin private file system: written by the I/O worker, read directly. */
export const layerOpfs = (options: { readonly storeId: string; readonly isServed: () => boolean }) =>
  Layer.scoped(
    LocalFileStorage,
    Effect.gen(function* () {
      const io = yield* IoWorker
      const openShard = makeShardReader(options.storeId)
      const readFile = (contentHash: string): Effect.Effect<Blob, StorageError> =>
        Effect.tryPromise({
          try: async () => (await (await openShard(contentHash)).getFileHandle(contentHash)).getFile(),
          catch: toStorageError("read a stored file", contentHash),
        })
      const urls = makeFileUrls({ ...options, readFile })
      yield* Effect.addFinalizer(() => urls.releaseAll)

      return LocalFileStorage.of({
        kind: "opfs",
        writeFile: (file, onProgress, onNew) =>
          Effect.mapError(
            io.request(
              "ingest",
              { file },
              { onProgress, onAnswer: ({ contentHash, existed }) => existed || onNew?.(contentHash) },
            ),
            toStorageError("store the file", file instanceof File ? file.name : undefined),
          ),
        readFile,
        deleteFile: (contentHash) =>
          io
            .request("remove", { contentHash })
            .pipe(Effect.mapError(toStorageError("delete a stored file", contentHash)), Effect.asVoid),
        fileExists: (contentHash) =>
          readFile(contentHash).pipe(
            Effect.as(true),
            Effect.catchIf(
              (error) => error.reason === "NotFound",
              () => Effect.succeed(false),
            ),
          ),
        filesExist: (contentHashes) =>
          Effect.mapBoth(io.request("exists", { contentHashes }), {
            onFailure: toStorageError("look for stored files"),
            onSuccess: ({ present }) => present,
          }),
        listFiles: Effect.mapBoth(io.request("list", null), {
          onFailure: toStorageError("list the stored files"),
          onSuccess: ({ contentHashes }) => contentHashes,
        }),
        spaceBeside: Effect.mapError(
          io.request("spaceBeside", null),
          toStorageError("add up what is stored"),
        ),
        hashStored: (contentHash) =>
          Effect.mapBoth(io.request("verify", { contentHash }), {
            onFailure: toStorageError("verify a stored file", contentHash),
            onSuccess: ({ actualHash }) => actualHash,
          }),
        receive: (contentHash) =>
          Effect.gen(function* () {
            const toError = toStorageError("store a download", contentHash)
            const { receiverId, offset, pieces } = yield* Effect.acquireRelease(
              io.request("receiveOpen", { contentHash }).pipe(
                Effect.mapError(toError),
                Effect.map((opened) => ({
                  ...opened,
                  pieces: makeReceiveWindow((bytes) =>
                    Effect.map(
                      io.request(
                        "receiveChunk",
                        { receiverId: opened.receiverId, bytes },
                        { transfer: [bytes.buffer] },
                      ),
                      ({ buffer }) => buffer,
                    ),
                  ),
                })),
              ),
              // What arrived stays on disk; a failure to close changes nothing about that.
              (opened) =>
                Effect.ignore(opened.pieces.flush).pipe(
                  Effect.zipRight(io.request("receiveClose", { receiverId: opened.receiverId })),
                  Effect.ignore,
                ),
            )
            return {
              offset,
              write: (bytes) => Effect.mapError(pieces.write(bytes), toError),
              restart: pieces.reset.pipe(
                Effect.zipRight(io.request("receiveRestart", { receiverId })),
                Effect.mapError(toError),
                Effect.asVoid,
              ),
              publish: pieces.flush.pipe(
                Effect.zipRight(io.request("receivePublish", { receiverId })),
                Effect.mapError(toError),
                Effect.flatMap(toPublished(contentHash)),
              ),
            }
          }),
        storeVerified: (contentHash, bytes) =>
          io
            .request("storeVerified", { contentHash, bytes }, { transfer: [bytes.buffer] })
            .pipe(
              Effect.mapError(toStorageError("store a download", contentHash)),
              Effect.flatMap(toPublished(contentHash)),
            ),
        sweepUnfinished: (keep) =>
          io
            .request("sweepUnfinished", { keep })
            .pipe(Effect.mapError(toStorageError("remove unfinished files")), Effect.asVoid),
        getFileUrl: urls.getFileUrl,
        releaseFileUrl: urls.releaseFileUrl,
        estimate: Effect.promise(async () => {
          // Some browsers refuse in private mode; then nothing is known, which is what zeros say.
          const none = { usage: 0, quota: 0 }
          const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([
            navigator.storage.estimate().catch(() => none),
            navigator.storage.persisted().catch(() => false),
          ])
          return { usageBytes: usage, quotaBytes: quota, persisted }
        }),
        persist: Effect.promise(() => navigator.storage.persist().catch(() => false)),
      })
    }),
  )

const toPublished =
  (contentHash: string) =>
  (answer: ReceiveAnswer): Effect.Effect<void, IntegrityError> =>
    answer.published
      ? Effect.void
      : Effect.fail(
          new IntegrityError({ reason: "HashMismatch", expected: contentHash, actual: answer.actualHash }),
        )

/** Opens the folder of a content, once for each of the 256. */
const makeShardReader = (storeId: string) => {
  const opened = new Map<string, Promise<FileSystemDirectoryHandle>>()
  const open = async (name: string): Promise<FileSystemDirectoryHandle> => {
    const origin = await navigator.storage.getDirectory()
    const root = await origin.getDirectoryHandle(rootFolderName)
    const store = await root.getDirectoryHandle(storeFolderName(storeId))
    return store.getDirectoryHandle(name)
  }
  return (contentHash: string): Promise<FileSystemDirectoryHandle> => {
    const name = contentHash.slice(0, 2)
    const known = opened.get(name)
    if (known !== undefined) return known
    const opening = open(name)
    opened.set(name, opening)
    opening.catch(() => opened.delete(name))
    return opening
  }
}
