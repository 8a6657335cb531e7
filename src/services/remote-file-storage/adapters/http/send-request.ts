/** Bytes on their way up. */
export interface SendRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Blob | Uint8Array<ArrayBuffer>
  readonly credentials: RequestCredentials
  readonly signal: AbortSignal
  readonly onProgress: (loadedBytes: number) => void
  /** Given up when not one byte moved for so long. */
  readonly stallTimeoutMs: number
}

/** Size of what is sent, in bytes. */
export const sizeOf = (body: Blob | Uint8Array): number =>
  body instanceof Blob ? body.size : body.byteLength

/** Slowest line on which bytes whose progress cannot be seen are waited for, in bytes per second. Our choice. */
export const slowestBytesPerSecond = 32 * 1024
