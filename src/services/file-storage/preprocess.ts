import { Effect } from "effect"
import { InvalidFileError } from "../../errors/index.js"
import type { FileMetadata } from "../../types/index.js"
import { canonicalType, nameForType } from "../../utils/file-types.js"
import { checkMetadata, normalizeMimeType, normalizeName } from "./validate.js"

/** What a preprocessor makes of a file: the file to store, and metadata to add, which goes with this content. */
export interface Preprocessed {
  /** A `File` names itself; of a `Blob` of another type, the ending of the name is exchanged. */
  readonly file: Blob
  readonly metadata?: FileMetadata
}

/** Changes a file before it is hashed and stored, such as scaling an image. Runs on the saving device only. */
export type Preprocessor = (file: File) => Blob | Preprocessed | Promise<Blob | Preprocessed>

/**
 * Preprocessors by MIME pattern, in any case; the most exact one that fits is used: `image/png`, then `image/*`, then `*`.
 */
export type Preprocessors = Readonly<Record<string, Preprocessor>>

/** The preprocessor for a MIME type, if any. */
const findPreprocessor = (preprocessors: Preprocessors, mimeType: string): Preprocessor | undefined => {
  const byPattern = new Map(
    Object.entries(preprocessors).map(([pattern, preprocessor]) => [canonicalType(pattern), preprocessor]),
  )
  const type = canonicalType(mimeType)
  const family = `${type.split("/")[0]}/*`
  return [type, family, "*", "*/*"].map((pattern) => byPattern.get(pattern)).find((one) => one !== undefined)
}

/** What is stored of a file: the file itself, or what a preprocessor made of it. */
export interface Prepared {
  readonly file: Blob
  readonly name: string
  readonly mimeType: string
  /** Metadata that the preprocessor returned. */
  readonly metadata: FileMetadata | null
}

/** Runs the fitting preprocessor. Fails with `InvalidFileError` (`Preprocessor`) when it throws or gives no blob. */
export const preprocess = (
  preprocessors: Preprocessors,
  { file, name, mimeType }: Omit<Prepared, "metadata">,
): Effect.Effect<Prepared, InvalidFileError> => {
  const preprocessor = findPreprocessor(preprocessors, mimeType)
  if (preprocessor === undefined) return Effect.succeed({ file, name, mimeType, metadata: null })
  const fail = (cause: unknown) => new InvalidFileError({ reason: "Preprocessor", fileName: name, cause })
  const given = asNamed(file, name, mimeType)
  return Effect.tryPromise({ try: async () => preprocessor(given), catch: fail }).pipe(
    Effect.flatMap((made) =>
      Effect.try({
        try: (): Prepared => {
          const result: Preprocessed | undefined = made instanceof Blob ? { file: made } : made
          if (!(result?.file instanceof Blob)) throw new Error("It gave neither a Blob nor { file }")
          const metadata = checkMetadata(result.metadata, name)
          // The preprocessor returned the file unchanged: keep the picked bytes and their metadata.
          if (result.file === given) return { file, name, mimeType, metadata }
          const type = result.file.type === "" ? mimeType : normalizeMimeType(result.file.type)
          const itsName = result.file instanceof File && result.file.name !== "" ? result.file.name : name
          return {
            file: result.file,
            name: nameForType(normalizeName(itsName), type),
            mimeType: type,
            metadata,
          }
        },
        catch: fail,
      }),
    ),
  )
}

/** The file as the record will call it. */
const asNamed = (file: Blob, name: string, mimeType: string): File => {
  if (file instanceof File && file.name === name && file.type === mimeType) return file
  const times = file instanceof File ? { lastModified: file.lastModified } : {}
  return new File([file], name, { type: mimeType, ...times })
}
