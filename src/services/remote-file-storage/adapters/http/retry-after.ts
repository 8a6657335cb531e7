/** Longest wait that is taken from a server: a wrong header must not cost a day, nor overflow a timer (2^31 ms). */
const maxRetryAfterMs = 60 * 60 * 1000

/**
 * `Retry-After` in milliseconds: whole seconds or an HTTP date, seen from `nowMs`; from 0 to an hour. `undefined` when
 * there is none that can be understood.
 */
export const parseRetryAfter = (header: string | null, nowMs: number): number | undefined => {
  const text = header?.trim() ?? ""
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, maxRetryAfterMs)
  // Date.parse takes nearly anything; an HTTP date begins with the name of a day.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - nowMs), maxRetryAfterMs)
}

/** The time by the server's clock where its answer has a `Date`, since a device's clock may be wrong by hours. */
export const serverTimeMs = (dateHeader: string | null): number => {
  const date = Date.parse(dateHeader ?? "")
  return Number.isNaN(date) ? Date.now() : date
}
