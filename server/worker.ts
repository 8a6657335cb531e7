// The one file of the backend that knows LiveStore: its sync backend and ours share a Worker here.
// oxlint-disable-next-line no-restricted-imports
import { handleSyncRequest, makeDurableObject, matchSyncRequest } from "@livestore/sync-cf/cf-worker"
import { type AccessDecision, allowAll, bearerTokens } from "./access.js"
import { createFileSyncHandler } from "./handler.js"
import type { FileSyncHandlerOptions } from "./handler-options.js"
import type { R2BucketLike } from "./r2-bucket.js"
import { r2Storage } from "./r2-storage.js"

/** What `wrangler.toml` binds. */
export interface WorkerEnv {
  readonly FILES: R2BucketLike
  readonly SYNC: unknown
  /** What answers every path that is neither `/api` nor `/sync`: the app. */
  readonly ASSETS?: { fetch(request: Request): Promise<Response> }
  /** JSON: `[{ "token": "…", "decision": { "kind": "prefixes", "prefixes": ["…"] } }]`. A secret. */
  readonly FILESYNC_TOKENS?: string
  /** `"true"` = no token is asked for. For development on loopback. */
  readonly FILESYNC_OPEN?: string
  /** Origins of apps that are served elsewhere, separated by commas. */
  readonly FILESYNC_ALLOW_ORIGINS?: string
  /** `"true"` = one line of JSON for each request. */
  readonly FILESYNC_LOG?: string
}

/** LiveStore's event log, one instance per store, in the Durable Object's own SQLite. */
export class SyncBackendDO extends makeDurableObject({}) {}

export default {
  async fetch(request: Request, env: WorkerEnv, ctx: unknown): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === "/api" || pathname.startsWith("/api/")) return filesHandler(env)(request)
    if (pathname === "/sync") return sync(request, env, ctx)
    return (await env.ASSETS?.fetch(request)) ?? new Response("Not found", { status: 404 })
  },
}

const filesHandler = (env: WorkerEnv): ((request: Request) => Promise<Response>) =>
  createFileSyncHandler({
    storage: r2Storage(env.FILES),
    authorize: authorizeBy(env),
    basePath: "/api",
    allowOrigins: (env.FILESYNC_ALLOW_ORIGINS ?? "").split(",").filter((origin) => origin !== ""),
    // A part is a subrequest when an upload is completed, and a Worker may make 1,000 of them.
    limits: { maxParts: env.FILESYNC_OPEN === "true" ? 10_000 : 900 },
    ...(env.FILESYNC_LOG === "true" ? { log: writeLine } : {}),
  })

const authorizeBy = (env: WorkerEnv): FileSyncHandlerOptions["authorize"] => {
  if (env.FILESYNC_OPEN === "true") return allowAll
  const tokens = JSON.parse(env.FILESYNC_TOKENS ?? "[]") as ReadonlyArray<{
    readonly token: string
    readonly decision: AccessDecision
  }>
  return bearerTokens(tokens)
}

const sync = async (request: Request, env: WorkerEnv, ctx: unknown): Promise<Response> => {
  const searchParams = matchSyncRequest(request as never)
  if (searchParams === undefined) return new Response("Not a sync request", { status: 400 })
  const options = { request, searchParams, env, ctx, syncBackendBinding: "SYNC" }
  return (await handleSyncRequest(options as never)) as unknown as Response
}

const writeLine: NonNullable<FileSyncHandlerOptions["log"]> = (entry) => {
  // oxlint-disable-next-line no-console -- in a Worker the console is the log.
  console.log(
    JSON.stringify({ ...entry, error: entry.error === undefined ? undefined : String(entry.error) }),
  )
}
