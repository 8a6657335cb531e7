/**
 * What stands between the adapter and its store. Nothing of the store's comes through, whatever the method:
 * - `single-page`: `GET` and `HEAD` give `200` with an index page that has an `ETag` of its own, all else `405` HTML
 * - `captive-portal`: `200` with an HTML page
 * - `redirect-302`, `redirect-303`, `redirect-307`: to `/sign-in`, which gives `200` with an HTML page
 * - `empty-200`: `200` without a body
 * - `error-200`: `200` with an S3 `<Error>` of code `InternalError`
 * - `json-200`: `200` with JSON that is not the protocol's
 * - `not-found-page`: `404` HTML
 * - `not-found-files`: the same, but `/health` is answered by the server: a route that is missing for some seconds
 * - `precondition-412`: `412` HTML, which is no "already there"
 * - `retry-after`: `503` with `Retry-After: 86400`
 * - `retry-after-date`: `429` with a `Retry-After` that names tomorrow
 * - `half-closed`: `200` with a `Content-Length`, a part of so many bytes, and the connection is closed
 *
 * The store does something, and its answer does not arrive:
 * - `cut-uploads`: a request with a file's bytes breaks off in the middle
 * - `cut-answers`: what the store answers breaks off in the middle
 * - `silent`: what the store answers stops in the middle, and the connection stays open
 * - `not-there-yet`: uploads pass; a request for a file is answered with the protocol's, or the store's, own "not found"
 *
 * All comes through, in some way:
 * - `batch-limit`: `413` HTML for a batch above 1 MB · `no-batch`: `404` HTML for every batch
 * - `no-head`: `405` for `HEAD` · `forbidden-head`: `403` for `HEAD`
 * - `compressed`: answers in gzip, with the compressed length and a weak `ETag`
 * - `compressed-suffix`: the same with `-gzip` at the end of the tag, as Apache writes it
 * - `stripped`: no `ETag`, `Content-Length`, `Accept-Ranges` in answers, no `Range` in requests
 * - `slow`: bodies arrive in many pieces with pauses, in both directions
 *
 * And two about who is asking:
 * - `clock-skew`: a store refuses the next signed URL as not valid yet
 * - `late-401`: `401` for every request with the first token, for all but the first only after half a second
 */
export type ForeignFault =
  | "ours"
  | "single-page"
  | "captive-portal"
  | "redirect-302"
  | "redirect-303"
  | "redirect-307"
  | "empty-200"
  | "error-200"
  | "json-200"
  | "not-found-page"
  | "not-found-files"
  | "precondition-412"
  | "retry-after"
  | "retry-after-date"
  | "half-closed"
  | "cut-uploads"
  | "cut-answers"
  | "silent"
  | "not-there-yet"
  | "batch-limit"
  | "no-batch"
  | "no-head"
  | "forbidden-head"
  | "compressed"
  | "compressed-suffix"
  | "stripped"
  | "slow"
  | "clock-skew"
  | "late-401"
