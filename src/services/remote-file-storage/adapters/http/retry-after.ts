/**
 * `Retry-After` in milliseconds: whole seconds or an HTTP date, seen from `nowMs`; never negative. `undefined` when
 * there is none that can be understood.
 */
export const parseRetryAfter = (header: string | null, nowMs: number): number | undefined => {
  const text = header?.trim() ?? ""
  if (/^\d+$/.test(text)) return Number(text) * 1000
  // Date.parse takes nearly anything; an HTTP date begins with the name of a day.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

/** The time by the server's own clock where its answer tells it, since a device's clock may be wrong by hours. */
export const serverTimeMs = (dateHeader: string | null): number => {
  const date = Date.parse(dateHeader ?? "")
  return Number.isNaN(date) ? Date.now() : date
}
