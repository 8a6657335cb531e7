import { Clock, Effect } from "effect"
import type { InvalidFileError, StorageError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { makeStoredPath } from "../../utils/stored-path.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { copyIn } from "./copy-in.js"
import { FileIds } from "./file-ids.js"
import { type DescribePicture, pictureFacts, type PictureStored } from "./picture-facts.js"
import { type Preprocessors, preprocess } from "./preprocess.js"
import { mergeMetadata, normalizeMimeType, type ValidFile } from "./validate.js"

/** Files copied into the store at once. Our choice: the I/O worker gains nothing beyond, and memory is two slices each. */
const concurrentWrites = 4

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

    /** Stores the bytes of one checked file and gives the record it will have. */
    const store = (
      valid: ValidFile,
      id: string,
      isNew: (contentHash: string) => void,
      onProgress?: (loaded: number, total: number) => void,
    ) =>
      Effect.gen(function* () {
        const made = yield* preprocess(options.preprocessors, valid.file, valid.name, valid.mimeType)
        const mimeType =
          made.file === valid.file || made.file.type === ""
            ? valid.mimeType
            : normalizeMimeType(made.file.type)
        const said = mergeMetadata(valid.metadata, made.metadata)
        const [{ contentHash, sizeBytes }, facts] = yield* Effect.all(
          [
            copyIn(local, made.file, isNew, onProgress),
            pictureFacts(options.describePicture, made.file, mimeType, said),
          ],
          { concurrency: 2 },
        )
        if (facts !== undefined) options.pictureStored?.(made.file, contentHash)
        const now = new Date(yield* Clock.currentTimeMillis)
        const record: FileRecord = {
          id,
          name: valid.name,
          mimeType,
          sizeBytes,
          contentHash,
          path: makeStoredPath(storeId, contentHash),
          remoteKey: null,
          metadata: mergeMetadata(said, facts),
          createdAt: now,
          updatedAt: now,
          deletedAt: null,
        }
        return record
      })

    /** After a failure no other file is begun, but those under way end: only then is it known what they stored. */
    const storeEach = (
      files: ReadonlyArray<ValidFile>,
      isNew: (contentHash: string) => void,
      onProgress?: (loaded: number, total: number) => void,
    ) =>
      Effect.suspend(() => {
        let failure: StorageError | InvalidFileError | undefined
        const storeNext = (file: ValidFile) =>
          Effect.suspend(() =>
            failure === undefined ? store(file, ids.next(), isNew, onProgress) : Effect.fail(failure),
          ).pipe(
            Effect.tapError((error) => Effect.sync(() => (failure ??= error))),
            Effect.either,
          )
        return Effect.forEach(files, storeNext, { concurrency: concurrentWrites }).pipe(
          Effect.flatMap((results) => Effect.all(results)),
        )
      })

    return { store, storeEach }
  })
