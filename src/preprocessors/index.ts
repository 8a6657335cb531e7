/** Ready-made preprocessors for pictures. */
import { ConfigError } from "../errors/config-error.js"
import { imageWorker } from "./image-worker.js"

/** Options of {@link imagePreprocessor}. */
export interface ImagePreprocessorOptions {
  /** Most pixels on the longer side; larger pictures are scaled down. Default no limit. */
  readonly maxSide?: number
  /** Of JPEG and WebP, 0 to 1. Default 0.85. */
  readonly quality?: number
  /**
   * What pictures become. Default `"keep"`. A picture with transparency never becomes a JPEG. One that the browser
   * cannot decode, that is animated, or that would only get larger keeps its format.
   */
  readonly format?: "keep" | "image/jpeg" | "image/webp" | "image/png"
  /** Remove Exif (with the place), XMP and IPTC also where a picture is not redrawn. Default `true`. */
  readonly stripMetadata?: boolean
  /** Keep the Exif orientation, and nothing else of the Exif data. Default `true`. */
  readonly keepOrientation?: boolean
  /** Pictures with more pixels are not decoded, which takes four bytes for each. Default 64 million. */
  readonly maxPixels?: number
}

/**
 * A preprocessor that scales, converts and strips pictures in a worker, such as
 * `preprocessors: { "image/*": imagePreprocessor({ maxSide: 2048 }) }`. Its name's ending follows its format. Never makes
 * a file larger. Refuses a picture whose metadata is to go and cannot be removed: HEIC, AVIF, TIFF and JPEG XL that this
 * browser cannot decode. Throws `ConfigError` (`InvalidOption`).
 */
export const imagePreprocessor = (options: ImagePreprocessorOptions = {}) => {
  const change = {
    maxSide: options.maxSide ?? Number.POSITIVE_INFINITY,
    quality: options.quality ?? 0.85,
    format: options.format ?? "keep",
    stripMetadata: options.stripMetadata ?? true,
    keepOrientation: options.keepOrientation ?? true,
    maxPixels: options.maxPixels ?? 64_000_000,
  } as const
  if (!(change.maxSide >= 1) || !(change.maxPixels >= 1) || !(change.quality >= 0 && change.quality <= 1))
    throw new ConfigError({
      reason: "InvalidOption",
      detail: "`maxSide` and `maxPixels` must be at least 1, and `quality` must be between 0 and 1.",
    })
  return async (file: File): Promise<Blob> => {
    if (!file.type.startsWith("image/")) return file
    const made = await imageWorker.change(file, change)
    // A Blob, so that the ending of the name follows the type.
    return made ?? file
  }
}

/**
 * A preprocessor that removes what JPEG, PNG and WebP pictures say about themselves (Exif with the place, XMP, IPTC,
 * comments) and changes no pixel; colour profile and orientation stay. Refuses HEIC, AVIF, TIFF and JPEG XL pictures,
 * whose metadata it cannot remove.
 */
export const stripImageMetadata = (options: { readonly keepOrientation?: boolean } = {}) =>
  imagePreprocessor({ ...options, stripMetadata: true })
