/** How an image is converted. */
export interface ImageChange {
  readonly maxSide: number
  readonly quality: number
  readonly format: "keep" | "image/jpeg" | "image/webp" | "image/png"
  readonly stripMetadata: boolean
  readonly keepOrientation: boolean
  readonly maxPixels: number
}

/** A request to convert or shrink an image. */
export interface ImageRequest {
  readonly picture: Blob
  readonly change: ImageChange
}

/** The converted image, `null` = keep the original; or why it cannot be stored. */
export type ImageAnswer = { readonly picture: Blob | null } | { readonly failure: string }
