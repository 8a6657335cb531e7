/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Effect, Layer } from "effect"
import { IntegrityError, StorageError } from "../../errors/index.js"
import { Hasher } from "./hashing/Hasher.js"
import { makeFileUrls } from "./file-urls.js"
import { LocalFileStorage } from "./LocalFileStorage.js"

/** Bytes in memory, for browsers that offer no file storage (private modes) and for tests. Gone with the tab. */
export const layerMemory = (options: { readonly storeId: string }) =>
  Layer.scoped(
    LocalFileStorage,
    Effect.gen(function* () {
      const hasher = yield* Hasher
      const contents = new Map<string, Blob>()
      const unfinished = new Map<string, Array<Uint8Array<ArrayBuffer>>>()
      const hash = (file: Blob) =>
        Effect.mapError(
          hasher.hash(file),
          (cause) => new StorageError({ reason: "Changed", operation: "hash the file", cause }),
        )
      const readFile = (contentHash: string): Effect.Effect<Blob, StorageError> =>
        Effect.suspend(() => {
          const blob = contents.get(contentHash)
          return blob === undefined
            ? Effect.fail(
                new StorageError({
                  reason: "NotFound",
                  operation: "read a stored file",
                  subject: contentHash,
                }),
              )
            : Effect.succeed(blob)
        })
      const urls = makeFileUrls({ storeId: options.storeId, readFile, isServed: () => false })
      yield* Effect.addFinalizer(() => urls.releaseAll)

      const keep = (contentHash: string, blob: Blob) =>
        Effect.gen(function* () {
          const actual = yield* hash(blob)
          if (actual !== contentHash) {
            return yield* new IntegrityError({ reason: "HashMismatch", expected: contentHash, actual })
          }
          contents.set(contentHash, blob)
        })

      return LocalFileStorage.of({
        kind: "memory",
        writeFile: (file, onProgress, onNew) =>
          Effect.gen(function* () {
            // A copy, so that a source that changes later does no harm.
            const bytes = yield* Effect.tryPromise({
              try: () => file.arrayBuffer(),
              catch: (cause) => new StorageError({ reason: "Changed", operation: "store the file", cause }),
            })
            const blob = new Blob([bytes])
            const contentHash = yield* hash(blob)
            const existed = contents.has(contentHash)
            contents.set(contentHash, blob)
            if (!existed) onNew?.(contentHash)
            onProgress?.(blob.size)
            return { contentHash, sizeBytes: blob.size, existed }
          }),
        readFile,
        deleteFile: (contentHash) => Effect.sync(() => void contents.delete(contentHash)),
        fileExists: (contentHash) => Effect.sync(() => contents.has(contentHash)),
        filesExist: (contentHashes) =>
          Effect.sync(() => contentHashes.map((contentHash) => contents.has(contentHash))),
        listFiles: Effect.sync(() => [...contents.keys()]),
        spaceBeside: Effect.sync(() => ({
          thumbnailBytes: 0,
          unfinishedBytes: [...unfinished.values()]
            .flat()
            .reduce((sum, { byteLength }) => sum + byteLength, 0),
        })),
        hashStored: (contentHash) => Effect.flatMap(readFile(contentHash), hash),
        receive: (contentHash) =>
          Effect.sync(() => {
            const pieces = unfinished.get(contentHash) ?? []
            unfinished.set(contentHash, pieces)
            return {
              offset: pieces.reduce((sum, piece) => sum + piece.byteLength, 0),
              write: (bytes) => Effect.sync(() => void pieces.push(bytes.slice())),
              restart: Effect.sync(() => void (pieces.length = 0)),
              publish: Effect.suspend(() => {
                unfinished.delete(contentHash)
                return keep(contentHash, new Blob(pieces))
              }),
            }
          }),
        storeVerified: (contentHash, bytes) => keep(contentHash, new Blob([bytes])),
        sweepUnfinished: (kept) =>
          Effect.sync(() => {
            for (const contentHash of unfinished.keys())
              if (!kept.includes(contentHash)) unfinished.delete(contentHash)
          }),
        getFileUrl: urls.getFileUrl,
        releaseFileUrl: urls.releaseFileUrl,
        estimate: Effect.sync(() => {
          let usageBytes = 0
          for (const blob of contents.values()) usageBytes += blob.size
          return { usageBytes, quotaBytes: 0, persisted: false }
        }),
        persist: Effect.succeed(false),
      })
    }),
  )
