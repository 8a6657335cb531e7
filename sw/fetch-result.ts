import type { InProgressDownload } from "./in-progress-download.js"

/** The result of fetching a content that was not on this device; at most one of the first three members is set. */
export interface FetchResult {
  /** Verified. */
  readonly bytes?: Blob | undefined
  /** Large, and still being received. */
  readonly download?: InProgressDownload
  readonly refusal?: Refusal
  /** Resolves when the worker may stop. */
  readonly finished?: Promise<unknown>
  /** Whether the hash of the received content is right; `undefined` = it was not received. */
  readonly isRight?: Promise<boolean | undefined>
}

/** Why there is no content. */
export interface Refusal {
  readonly status: 403 | 404 | 502 | 503
  readonly reason: string
}
