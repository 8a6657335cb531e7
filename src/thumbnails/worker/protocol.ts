/** What a picture's record says about it: enough to keep its place free and to show something at once. */
export type PictureFacts = {
  /** Width in pixels as it is shown: after the turn its camera noted. */
  readonly width: number
  readonly height: number
  /** The picture in a few pixels, as a data URL; none of one that has too many pixels to decode. */
  readonly placeholder?: string
}

/** A smaller copy of a picture. */
export interface Thumbnail {
  readonly bytes: Blob
  /** Width of the picture it was made from, in pixels as it is shown. */
  readonly width: number
  readonly height: number
}

/** Page to picture worker, one at a time. */
export type PictureRequest =
  | {
      readonly type: "describe"
      readonly picture: Blob
      readonly mimeType: string
      /** Pixels on the longer side of the copy that follows, of the same decoded picture; `undefined` = none follows. */
      readonly firstPx: number | undefined
    }
  | {
      readonly type: "keep"
      readonly thumbnail: Thumbnail
      readonly contentHash: string
      readonly longSidePx: number
      readonly storeFolder: string
    }
  | {
      readonly type: "thumbnail"
      readonly picture: Blob
      readonly mimeType: string
      readonly contentHash: string
      /** Pixels on the copy's longer side. */
      readonly longSidePx: number
      /** Folder of the store in OPFS, where copies are kept; without it none is. */
      readonly storeFolder: string | undefined
    }

/** The worker's answer; `null` when the image cannot be decoded, or a smaller copy would save nothing. */
export type PictureAnswer = PictureFacts | Thumbnail | null

/** Worker to page: an answer, and whether it is the last one to this request. */
export interface PictureMessage {
  readonly answer: PictureAnswer
  readonly isLast: boolean
}

/** Page to reading worker, any number at once. */
export interface FindRequest {
  readonly type: "find"
  readonly id: number
  readonly contentHash: string
  readonly longSidePx: number
  readonly storeFolder: string
}

/** A kept thumbnail under a URL, which lives as long as the worker that made it. */
export interface FoundThumbnail {
  readonly url: string
  /** Width of the picture it was made from, in pixels as it is shown. */
  readonly width: number
  readonly height: number
}

/** From the reading worker to the page. */
export interface FoundMessage {
  readonly id: number
  readonly found: FoundThumbnail | undefined
}
