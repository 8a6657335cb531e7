import { Effect } from "effect"
import { InvalidFileError, type StorageError } from "../../errors/index.js"
import type { LocalFileStorage, StoredContent } from "../local-file-storage/LocalFileStorage.js"

/**
 * Whether an unreadable `File` is a folder: it has no type, and reading it fails as if it did not exist. A
 * file without a type that has gone since it was picked looks the same.
 */
const readsAsFolder = async (file: Blob): Promise<boolean> => {
  if (file.type !== "") return false
  try {
    await file.slice(0, 1).arrayBuffer()
    return false
  } catch (cause) {
    return (cause as { readonly name?: unknown } | null)?.name === "NotFoundError"
  }
}

/** Copies a file into the store. Fails with `InvalidFileError` (`Directory`) when it is a folder, dropped as a file. */
export const copyIn = (
  local: LocalFileStorage["Type"],
  file: Blob,
  isNew: (contentHash: string) => void,
  onProgress: ((loadedBytes: number, totalBytes: number) => void) | undefined,
): Effect.Effect<StoredContent, StorageError | InvalidFileError> =>
  Effect.catchIf(
    local.writeFile(file, (loaded) => onProgress?.(loaded, file.size), isNew),
    ({ reason }) => reason === "Changed",
    (cause) =>
      Effect.flatMap(
        Effect.promise(() => readsAsFolder(file)),
        (isFolder): Effect.Effect<never, StorageError | InvalidFileError> => {
          if (!isFolder) return Effect.fail(cause)
          const fileName = file instanceof File ? file.name : undefined
          return Effect.fail(new InvalidFileError({ reason: "Directory", fileName, cause }))
        },
      ),
  )
