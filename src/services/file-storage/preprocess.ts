import { Effect } from "effect"
import { InvalidFileError } from "../../errors/index.js"
import type { FileMetadata } from "../../types/index.js"
import { checkMetadata } from "./validate.js"

/** What a preprocessor makes of a file: the file to store, and metadata to add. */
export interface Preprocessed {
  readonly file: Blob
  readonly metadata?: FileMetadata
}

/** Changes a file before it is hashed and stored, such as scaling an image. Runs on the saving device only. */
export type Preprocessor = (file: File) => Blob | Preprocessed | Promise<Blob | Preprocessed>

/** Preprocessors by MIME pattern; the most exact one that fits is used: `image/png`, then `image/*`, then `*`. */
export type Preprocessors = Readonly<Record<string, Preprocessor>>

/** The preprocessor for a MIME type, if any. */
const findPreprocessor = (preprocessors: Preprocessors, mimeType: string): Preprocessor | undefined => {
  const [type = ""] = mimeType.toLowerCase().split(";")
  const family = `${type.split("/")[0]}/*`
  for (const pattern of [type.trim(), family, "*", "*/*"]) {
    if (Object.hasOwn(preprocessors, pattern)) return preprocessors[pattern]
  }
  return undefined
}

/** Runs the fitting preprocessor. Fails with `InvalidFileError` (`Preprocessor`) when it throws or gives no blob. */
export const preprocess = (
  preprocessors: Preprocessors,
  file: Blob,
  name: string,
  mimeType: string,
): Effect.Effect<Preprocessed, InvalidFileError> => {
  const preprocessor = findPreprocessor(preprocessors, mimeType)
  if (preprocessor === undefined) return Effect.succeed({ file })
  const fail = (cause: unknown) => new InvalidFileError({ reason: "Preprocessor", fileName: name, cause })
  return Effect.tryPromise({
    try: async () => preprocessor(file instanceof File ? file : new File([file], name, { type: mimeType })),
    catch: fail,
  }).pipe(
    Effect.flatMap((made) => {
      const result: Preprocessed | undefined = made instanceof Blob ? { file: made } : made
      if (!(result?.file instanceof Blob)) {
        return Effect.fail(fail(new Error("It gave neither a Blob nor { file }")))
      }
      return Effect.try({
        try: (): Preprocessed => {
          const metadata = checkMetadata(result.metadata, name)
          return metadata === null ? { file: result.file } : { file: result.file, metadata }
        },
        catch: fail,
      })
    }),
  )
}
