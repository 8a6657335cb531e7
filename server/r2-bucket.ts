/** The part of Cloudflare's `R2Object` that is used here; structural, so that no runtime types are needed. */
export interface R2ObjectLike {
  readonly key: string
  readonly size: number
  readonly etag: string
  readonly uploaded: Date
  readonly httpMetadata?: { readonly contentType?: string }
  readonly customMetadata?: Record<string, string>
}

/** An object with its bytes. */
export interface R2BodyLike extends R2ObjectLike {
  readonly body: ReadableStream<Uint8Array>
}

/** Options of a write. */
export interface R2WriteOptions {
  readonly httpMetadata?: { readonly contentType: string }
  readonly customMetadata?: Record<string, string>
  readonly onlyIf?: { readonly etagDoesNotMatch: string }
  readonly sha256?: string
}

/** The part of Cloudflare's multipart upload that is used here. */
export interface R2MultipartLike {
  uploadPart(
    partNumber: number,
    body: ReadableStream<Uint8Array>,
  ): Promise<{ readonly partNumber: number; readonly etag: string }>
  complete(
    parts: ReadonlyArray<{ readonly partNumber: number; readonly etag: string }>,
  ): Promise<R2ObjectLike>
  abort(): Promise<void>
}

/** The part of Cloudflare's `R2Bucket` binding that is used here. */
export interface R2BucketLike {
  head(key: string): Promise<R2ObjectLike | null>
  get(
    key: string,
    options?: { readonly range?: { readonly offset: number; readonly length: number } },
  ): Promise<R2BodyLike | null>
  put(
    key: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    options: R2WriteOptions,
  ): Promise<R2ObjectLike | null>
  delete(keys: Array<string>): Promise<void>
  list(options: {
    readonly prefix: string
    readonly cursor?: string
    readonly startAfter?: string
    readonly limit?: number
  }): Promise<{
    readonly objects: ReadonlyArray<R2ObjectLike>
    readonly truncated: boolean
    readonly cursor?: string
  }>
  createMultipartUpload(
    key: string,
    options: Pick<R2WriteOptions, "httpMetadata" | "customMetadata">,
  ): Promise<R2MultipartLike>
}
