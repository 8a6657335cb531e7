import { allowAll, bearerTokens } from "../access.js"
import type { FileSyncHandlerOptions } from "../handler-options.js"

/** Limits small enough to be reached by a test. */
export const testLimits = {
  maxBodyBytes: 24 * 1024 ** 2,
  minPartBytes: 1000,
  maxParts: 20,
  maxBatchFiles: 20,
  maxBatchBytes: 400_000,
  maxBatchMemberBytes: 100_000,
  maxHeaderBytes: 8_000,
}

/** The origin whose pages may use the backend under test. */
export const testOrigin = "https://app.example"

/** What links are signed with, where the store makes none itself. */
export const shareSecret = "a secret for signing links"

/** What every backend under test is made with, besides its store. */
export const testOptions = {
  basePath: "/api",
  limits: testLimits,
  allowOrigins: [testOrigin],
  allowHeaders: ["X-Team"],
  authorize: bearerTokens([
    { token: "everything", decision: allowAll() },
    { token: "acme", decision: { kind: "prefixes", prefixes: ["acme"] } },
    { token: "reader", decision: { kind: "prefixes", prefixes: ["acme/"], permissions: ["read"] } },
    { token: "nothing", decision: { kind: "prefixes", prefixes: [] } },
    { token: "empty-prefix", decision: { kind: "prefixes", prefixes: ["", "/"] } },
    { token: "barred", decision: { kind: "denied", status: 403 } },
  ]),
} satisfies Omit<FileSyncHandlerOptions, "storage">
