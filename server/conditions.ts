/** The result of a request's conditional headers. */
export type ConditionVerdict = "proceed" | "not-modified" | "failed"

/**
 * Evaluates `If-Match` and `If-None-Match` in the order of RFC 9110, section 13.2.2. Objects carry no modification
 * date, so conditions on dates are ignored, as the RFC asks.
 */
export const evaluateConditions = (
  method: string,
  headers: Headers,
  currentEtag: string | undefined,
): ConditionVerdict => {
  const ifMatch = headers.get("If-Match")
  // A weak tag never matches here: strong comparison.
  if (ifMatch !== null && !listMatches(ifMatch, currentEtag, false)) return "failed"
  const ifNoneMatch = headers.get("If-None-Match")
  if (ifNoneMatch !== null && listMatches(ifNoneMatch, currentEtag, true)) {
    return method === "GET" || method === "HEAD" ? "not-modified" : "failed"
  }
  return "proceed"
}

/** Whether a `Range` counts: without `If-Range` always, else only for the very same bytes. A date never matches. */
export const rangeApplies = (headers: Headers, currentEtag: string): boolean => {
  const ifRange = headers.get("If-Range")
  return ifRange === null || ifRange.trim() === `"${currentEtag}"`
}

const listMatches = (header: string, currentEtag: string | undefined, weak: boolean): boolean => {
  if (currentEtag === undefined) return false
  if (header.trim() === "*") return true
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? []
  return tags.some((tag) => tag === `"${currentEtag}"` || (weak && tag === `W/"${currentEtag}"`))
}
