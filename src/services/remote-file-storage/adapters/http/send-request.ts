/** Bytes on their way up. */
export interface SendRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Never bytes in memory: a blob of a file is read by the browser as it sends. */
  readonly body: Blob
  readonly credentials: RequestCredentials
  readonly signal: AbortSignal
  readonly onProgress: (loadedBytes: number) => void
  /** Given up when not one byte moved for so long. */
  readonly stallTimeoutMs: number
}

/** Slowest line on which bytes whose progress cannot be seen are waited for, in bytes per second. Our choice. */
export const slowestBytesPerSecond = 32 * 1024
