/** How a picture is to be changed. */
export interface ImageChange {
  readonly maxSide: number
  readonly quality: number
  readonly format: "keep" | "image/jpeg" | "image/webp" | "image/png"
  readonly stripMetadata: boolean
  readonly keepOrientation: boolean
  readonly maxPixels: number
}

/** Asks for a picture's change. */
export interface ImageRequest {
  readonly picture: Blob
  readonly change: ImageChange
}

/** The changed picture, `null` = it stays as it is; or why it cannot be stored. */
export type ImageAnswer = { readonly picture: Blob | null } | { readonly failure: string }
