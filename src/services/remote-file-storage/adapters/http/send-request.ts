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
  /** Fails with `Timeout` when no byte is sent for this long. */
  readonly stallTimeoutMs: number
}

/**
 * Bodies up to here go by `fetch`, which follows no redirect. Their progress would show nothing: so much leaves at once,
 * into the buffers of the operating system.
 */
export const smallBodyBytes = 256 * 1024

/** Slowest connection for which bytes are waited for whose progress cannot be seen, in bytes per second. */
export const slowestBytesPerSecond = 32 * 1024
