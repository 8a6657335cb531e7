import type { HttpAdapterOptions } from "../http.js"
import { makeAuthorized } from "./authorized.js"
import type { Connection } from "./requests.js"

/** Makes the connection that all requests of an adapter share. */
export const toConnection = (options: HttpAdapterOptions): Connection => ({
  baseUrl: options.baseUrl.replace(/\/+$/, ""),
  authorized: makeAuthorized(options),
  credentials: options.credentials ?? "same-origin",
  stallTimeoutMs: options.stallTimeoutMs ?? 60_000,
  // Called as a plain function: a browser's own wants no other `this`.
  fetch: (...request) => (options.fetch ?? fetch)(...request),
  isFetchReplaced: options.fetch !== undefined,
})
