/** Longest wait that a server may ask for: a file must not wait a day for a server that is well again in a minute. */
const longestMs = 60 * 60 * 1000

/** From this wait on the remote is asked meanwhile whether it is well again, once in this time. */
export const earlyRetryAfterMs = 60_000

/** The wait that a server asks for, limited to {@link longestMs}. */
export const toPoliteWait = (retryAfterMs: number | undefined): number =>
  retryAfterMs === undefined || !(retryAfterMs > 0) ? 0 : Math.min(retryAfterMs, longestMs)
