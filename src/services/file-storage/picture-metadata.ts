import { Effect, Option } from "effect"
import type { FileMetadata } from "../../types/index.js"
import { maxMetadataBytes } from "./validate.js"

/** Says what a record should know about a picture; `undefined` for everything else. Must not fail. */
export type DescribePicture = (picture: Blob, mimeType: string) => Promise<FileMetadata | undefined>

/** Called with the content hash of a described picture. Must not fail. */
export type PictureStored = (picture: Blob, contentHash: string) => void

/**
 * How long a save waits for image metadata, which it can do without. Describing takes 30 ms, on a slow phone ten times
 * that.
 */
const patience = "10 seconds"

/** Metadata that describes the content of an image, and is wrong for any other content. */
const factNames = ["width", "height", "placeholder"]

/** Image metadata to add to a file's: none that the app has given itself, and never more than the limit for metadata allows. */
export const pictureMetadata = (
  describe: DescribePicture | undefined,
  file: Blob,
  mimeType: string,
  metadata: FileMetadata | null,
): Effect.Effect<FileMetadata | undefined> => {
  if (describe === undefined || !mimeType.startsWith("image/")) return Effect.succeed(undefined)
  if (metadata !== null && factNames.every((name) => name in metadata)) return Effect.succeed(undefined)
  return Effect.promise(() => describe(file, mimeType).catch(() => undefined)).pipe(
    Effect.timeoutOption(patience),
    Effect.map((described) => {
      const facts = Option.getOrUndefined(described)
      return facts === undefined ? undefined : fitting(facts, metadata)
    }),
  )
}

/** As much of the image metadata as a record can hold beside the app's. */
const fitting = (facts: FileMetadata, metadata: FileMetadata | null): FileMetadata | undefined => {
  if (fits({ ...facts, ...metadata })) return facts
  const { placeholder: _, ...size } = facts
  return fits({ ...size, ...metadata }) ? size : undefined
}

const fits = (metadata: FileMetadata): boolean =>
  new TextEncoder().encode(JSON.stringify(metadata)).byteLength <= maxMetadataBytes
