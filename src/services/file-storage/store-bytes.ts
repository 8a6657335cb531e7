import { Effect } from "effect"
import type { InvalidFileError, StorageError } from "../../errors/index.js"
import type { FileMetadata, FileRecord } from "../../types/index.js"
import { makeStoredPath } from "../../utils/stored-path.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { mergeMetadata } from "../file-records/record-row.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { copyIn } from "./copy-in.js"
import { FileIds } from "./file-ids.js"
import type { Stored } from "./save-transaction.js"
import { makeRoom } from "./make-room.js"
import { type DescribePicture, pictureMetadata, type PictureStored } from "./picture-metadata.js"
import { type Preprocessors, preprocess } from "./preprocess.js"
import { findJpegExif, readExif } from "../../utils/exif.js"
import { fitsType, signatureBytes, typeOfBytes, unknownType } from "../../utils/file-types.js"
import type { ValidFile } from "./validate.js"

/** Files copied into the store at once. The I/O worker gains nothing beyond, and memory is two slices each. */
const concurrentWrites = 4

/** When a file was added, and its place among those that were added with it. */
export interface Added {
  readonly createdAt: Date
  readonly sequence: number
}

/** From checked files to bytes on this device, and the records they will have. */
export const makeStoreBytes = (options: {
  readonly preprocessors: Preprocessors
  readonly describePicture?: DescribePicture | undefined
  readonly pictureStored?: PictureStored | undefined
}) =>
  Effect.gen(function* () {
    const { storeId } = yield* FileRecords
    const local = yield* LocalFileStorage
    const ids = yield* FileIds
    const { withRoom } = yield* makeRoom

    /** Stores the bytes of one validated file and gives its future record; on a full disk, evicts once and tries again. */
    const store = (
      valid: ValidFile,
      id: string,
      { createdAt, sequence }: Added,
      isNew: (contentHash: string) => void,
      onProgress?: (loaded: number, total: number) => void,
      earlierType?: string,
    ) =>
      Effect.gen(function* () {
        const mimeType = yield* typeOf(valid, earlierType)
        const made = yield* preprocess(options.preprocessors, { ...valid, mimeType })
        const said = mergeMetadata(valid.metadata, made.metadata)
        const [{ contentHash, sizeBytes }, facts] = yield* Effect.all(
          [
            withRoom(
              made.file.size,
              Effect.suspend(() => copyIn(local, made.file, isNew, onProgress)),
            ),
            pictureMetadata(options.describePicture, made.file, made.mimeType, said),
          ],
          { concurrency: 2 },
        )
        if (facts !== undefined) options.pictureStored?.(made.file, contentHash)
        const contentMetadata = withoutNames(mergeMetadata(made.metadata, facts ?? null), valid.metadata)
        const record: FileRecord = {
          id,
          name: made.name,
          mimeType: made.mimeType,
          sizeBytes,
          contentHash,
          path: makeStoredPath(storeId, contentHash),
          remoteKey: null,
          metadata: mergeMetadata(valid.metadata, contentMetadata),
          contentMetadata,
          lastModified: valid.lastModified,
          takenAt: yield* takenAt(valid.file, mimeType),
          createdAt,
          sequence,
          updatedAt: createdAt,
          deletedAt: null,
        }
        const again = Effect.suspend(() => copyIn(local, made.file, isNew, undefined))
        return { record, storeAgain: Effect.map(again, (stored) => stored.contentHash) } satisfies Stored
      })

    return { store, storeEach: makeStoreEach(store, ids) }
  })

type StoreOne = (
  valid: ValidFile,
  id: string,
  added: Added,
  isNew: (contentHash: string) => void,
  onProgress?: (loaded: number, total: number) => void,
) => Effect.Effect<Stored, StorageError | InvalidFileError>

/** After a failure no other file is begun, but those under way end: only then is it known what they stored. */
const makeStoreEach =
  (store: StoreOne, ids: FileIds["Type"]) =>
  (
    files: ReadonlyArray<ValidFile>,
    added: (file: ValidFile, place: number) => Added,
    isNew: (contentHash: string) => void,
    onProgress?: (loaded: number, total: number) => void,
  ) =>
    Effect.suspend(() => {
      let failure: StorageError | InvalidFileError | undefined
      const totalBytes = files.length === 1 ? 0 : files.reduce((sum, { file }) => sum + file.size, 0)
      let loadedBytes = 0
      const onLoaded = () => {
        let before = 0
        return (loaded: number, total: number): void => {
          loadedBytes += loaded - before
          before = loaded
          onProgress?.(loadedBytes, files.length === 1 ? total : totalBytes)
        }
      }
      const storeNext = (file: ValidFile, place: number) =>
        Effect.suspend(() =>
          failure === undefined
            ? store(file, ids.next(), added(file, place), isNew, onProgress && onLoaded())
            : Effect.fail(failure),
        ).pipe(
          Effect.tapError((error) => Effect.sync(() => (failure ??= error))),
          Effect.either,
        )
      return Effect.forEach(files, storeNext, { concurrency: concurrentWrites }).pipe(
        Effect.flatMap((results) => Effect.all(results)),
      )
    })

/** Exif data lies within these first bytes of a JPEG. */
const exifBytes = 128 * 1024

/** When a photo was taken, as its camera noted: read before a preprocessor takes that out. */
const takenAt = (file: Blob, mimeType: string): Effect.Effect<Date | null> =>
  mimeType === "image/jpeg"
    ? Effect.promise(async () => {
        try {
          const view = new DataView(await file.slice(0, exifBytes).arrayBuffer())
          const exif = findJpegExif(view)
          return exif === undefined ? null : readExif(view, exif).takenAt
        } catch {
          return null
        }
      })
    : Effect.succeed(null)

/** The file's type: the given one, else the one its first bytes show. New content of unknown type keeps an earlier type that fits. */
const typeOf = (valid: ValidFile, earlierType?: string): Effect.Effect<string> => {
  if (valid.mimeType !== unknownType) return Effect.succeed(valid.mimeType)
  return Effect.promise(async () => {
    try {
      const ofBytes = typeOfBytes(new Uint8Array(await valid.file.slice(0, signatureBytes).arrayBuffer()))
      if (earlierType !== undefined && fitsType(ofBytes, earlierType)) return earlierType
      return ofBytes ?? unknownType
    } catch {
      return unknownType // Copying it will say why it cannot be read.
    }
  })
}

/** Metadata that was found in the content, without what the app gave itself: the two are stored apart. */
const withoutNames = (found: FileMetadata | null, said: FileMetadata | null): FileMetadata | null => {
  if (found === null || said === null) return found
  const rest = Object.entries(found).filter(([name]) => !Object.hasOwn(said, name))
  return rest.length === 0 ? null : Object.fromEntries(rest)
}
