// The one file of the backend that knows LiveStore: its sync backend and ours share a Worker here.
import { handleSyncRequest, makeDurableObject, matchSyncRequest } from "@livestore/sync-cf/cf-worker"
import { storeFolderName } from "../src/utils/stored-path.js"
import {
  type AccessDecision,
  allowAll,
  bearerTokens,
  mayAccess,
  type Permission,
  sameSecret,
} from "./access.js"
import { collectGarbage, type GarbageReport } from "./collect-garbage.js"
import { type CorsOptions, judgeOrigin } from "./cors.js"
import { drainUnwantedBody } from "./drain-body.js"
import { createFileSyncHandler } from "./handler.js"
import type { FileSyncHandlerOptions } from "./handler-options.js"
import { markReferences } from "./mark-references.js"
import type { ObjectStorage } from "./object-storage.js"
import type { R2BucketLike } from "./r2-bucket.js"
import { r2Storage } from "./r2-storage.js"
import { type SyncBackendStub, syncEvents } from "./sync-events.js"

/** The bindings of `wrangler.toml`. */
export interface WorkerEnv {
  readonly FILES: R2BucketLike
  readonly SYNC: { idFromName(name: string): unknown; get(id: unknown): SyncBackendStub }
  /** Answers every path that is not the backend's: the app. */
  readonly ASSETS?: { fetch(request: Request): Promise<Response> }
  /** JSON: `[{ "token": "…", "decision": { "kind": "prefixes", "prefixes": ["…"] } }]`. A secret. */
  readonly FILESYNC_TOKENS?: string
  /** `"true"` = no token is asked for. For development on loopback. */
  readonly FILESYNC_OPEN?: string
  /** Origins of apps that are served elsewhere, separated by commas. */
  readonly FILESYNC_ALLOW_ORIGINS?: string
  /** Lets `POST /api/share` make links to one file. A secret of at least 16 characters. */
  readonly FILESYNC_SHARE_SECRET?: string
  /** Host names that requests may be for, separated by commas. Default any; the local backend knows its own alone. */
  readonly FILESYNC_HOSTS?: string
  /** `"true"` = one line of JSON for each request. */
  readonly FILESYNC_LOG?: string
  /** `"delete"` = the scheduled garbage collection really deletes; anything else is a dry run. */
  readonly FILESYNC_GARBAGE?: string
  /** Lets `POST /garbage` run a collection by hand. A secret; without it the path does not exist. */
  readonly FILESYNC_GARBAGE_TOKEN?: string
}

/** LiveStore's event log, one instance per store, in the Durable Object's own SQLite. */
export class SyncBackendDO extends makeDurableObject({}) {}

export default {
  async fetch(request: Request, env: WorkerEnv, ctx: unknown): Promise<Response> {
    const { hostname, pathname } = new URL(request.url)
    // A page whose name was made to point here (DNS rebinding) sends its own name as the host.
    if (env.FILESYNC_HOSTS && !env.FILESYNC_HOSTS.split(",").includes(hostname)) {
      await drainUnwantedBody(request)
      return new Response("This is not my name", { status: 421 })
    }
    if (pathname === "/api" || pathname.startsWith("/api/")) return filesHandler(env)(request)
    if (pathname === "/sync") return sync(request, env, ctx)
    if (pathname === "/garbage" && env.FILESYNC_GARBAGE_TOKEN) return garbageByHand(request, env)
    return (await env.ASSETS?.fetch(await withoutBody(request))) ?? new Response("Not found", { status: 404 })
  },

  async scheduled(_event: unknown, env: WorkerEnv): Promise<void> {
    writeLine({ garbage: summary(await collect(env, env.FILESYNC_GARBAGE !== "delete")) })
  },
}

/** Requests to the assets need no body, and an unread body would block its sender. */
const withoutBody = async (request: Request): Promise<Request> => {
  if (request.body === null) return request
  await drainUnwantedBody(request)
  const { url, method } = request
  const headers = new Headers(request.headers)
  headers.delete("Content-Length")
  return new Request(url, { method, headers })
}

/**
 * A Worker may make 1,000 calls in one request: one for each part of an upload that is completed, and up to six for a
 * file of a batch that is there already.
 */
const workerLimits = { maxParts: 900, maxBatchFiles: 160 }

/** One store for one bucket, because it remembers when it last saw that no garbage collection runs. */
const storages = new WeakMap<R2BucketLike, ObjectStorage>()

const storageOf = ({ FILES }: WorkerEnv): ObjectStorage => {
  const storage = storages.get(FILES) ?? r2Storage(FILES)
  storages.set(FILES, storage)
  return storage
}

const filesHandler = (env: WorkerEnv): ((request: Request) => Promise<Response>) =>
  createFileSyncHandler({
    storage: storageOf(env),
    authorize: authorizeBy(env),
    basePath: "/api",
    ...(env.FILESYNC_SHARE_SECRET ? { shareSecret: env.FILESYNC_SHARE_SECRET } : {}),
    inUse: (key) => isInUse(env, key),
    ...corsOf(env),
    limits: env.FILESYNC_OPEN === "true" ? {} : workerLimits,
    ...(env.FILESYNC_LOG === "true"
      ? {
          log: (entry) =>
            writeLine({ ...entry, error: entry.error === undefined ? undefined : String(entry.error) }),
        }
      : {}),
  })

const corsOf = (env: WorkerEnv): CorsOptions => ({
  allowOrigins: (env.FILESYNC_ALLOW_ORIGINS ?? "")
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== ""),
})

const authorizeBy = (env: WorkerEnv): FileSyncHandlerOptions["authorize"] => {
  if (env.FILESYNC_OPEN === "true") return allowAll
  // Read only here, so that a broken list refuses every request and is named in the log.
  return (request) => bearerTokens(readTokens(env.FILESYNC_TOKENS ?? "[]"))(request)
}

type Tokens = ReadonlyArray<{ readonly token: string; readonly decision: AccessDecision }>

const readTokens = (text: string): Tokens => {
  try {
    return JSON.parse(text) as Tokens
  } catch {
    // The cause would quote the secret.
    throw new Error("FILESYNC_TOKENS is not JSON")
  }
}

const sync = async (request: Request, env: WorkerEnv, ctx: unknown): Promise<Response> => {
  const searchParams = matchSyncRequest(request as never)
  if (searchParams === undefined) return new Response("Not a sync request", { status: 400 })
  const refusal = await refuseSync(request, searchParams, env)
  if (refusal !== undefined) return new Response(null, { status: refusal })
  const options = { request, searchParams, env, ctx, syncBackendBinding: "SYNC" }
  return (await handleSyncRequest(options as never)) as unknown as Response
}

/**
 * Records ask for the same token as files: in LiveStore's `syncPayload` as `{ token }`, since a page cannot give a WebSocket
 * a header, or in `Authorization`. Who may sync may read and write all records of the store.
 */
const refuseSync = async (
  request: Request,
  { storeId, payload }: { readonly storeId: string; readonly payload?: unknown },
  env: WorkerEnv,
): Promise<number | undefined> => {
  const isForeign = env.FILESYNC_OPEN === "true" && judgeOrigin(request, corsOf(env)) === "foreign"
  // Without tokens the origin is all that keeps a page of another site out, and sockets ask for no preflight.
  if (isForeign) return 403
  if (env.FILESYNC_OPEN === "true") return undefined
  const token = (payload as { readonly token?: unknown } | null | undefined)?.token
  const authorization =
    typeof token === "string" ? `Bearer ${token}` : (request.headers.get("Authorization") ?? "")
  const asked = new Request(request.url, { headers: { Authorization: authorization } })
  const decision = await authorizeBy(env)(asked, { operation: "batch-put" })
  if (decision.kind === "denied") return decision.status ?? 401
  const anyKey = `${storeFolderName(storeId)}/`
  const may = (permission: Permission): boolean => mayAccess(decision, permission, anyKey)
  return may("read") && may("write") ? undefined : 403
}

/** The folder of a store is its id, escaped; the store's own event log says what is in use. */
const collect = (env: WorkerEnv, dryRun: boolean): Promise<GarbageReport> =>
  collectGarbage({
    storage: storageOf(env),
    dryRun,
    maxRequests: 900,
    referenced: async (folder) => {
      const events = await syncEvents(syncBackendOf(env, folder), decodeURIComponent(folder))
      return markReferences(events, { nowMs: Date.now() })
    },
  })

/** Whether a live record of the key's own store has its content. */
const isInUse = async (env: WorkerEnv, key: string): Promise<boolean> => {
  const [folder = "", hash = ""] = key.split("/")
  const events = await syncEvents(syncBackendOf(env, folder), decodeURIComponent(folder))
  // With the restore period over for everything, only live records count.
  const live = await markReferences(events, { nowMs: Number.POSITIVE_INFINITY, restorableMs: 0 })
  return live?.has(hash) === true || live?.has(key) === true
}

const syncBackendOf = (env: WorkerEnv, folder: string): SyncBackendStub =>
  env.SYNC.get(env.SYNC.idFromName(decodeURIComponent(folder)))

const garbageByHand = async (request: Request, env: WorkerEnv): Promise<Response> => {
  const token = /^Bearer (.+)$/.exec(request.headers.get("Authorization") ?? "")?.[1] ?? ""
  if (!(await sameSecret(token, env.FILESYNC_GARBAGE_TOKEN ?? ""))) return new Response(null, { status: 401 })
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { Allow: "POST" } })
  const dryRun = new URL(request.url).searchParams.get("delete") !== "true"
  return Response.json(await collect(env, dryRun), { headers: { "Cache-Control": "no-store" } })
}

const summary = (report: GarbageReport): object => ({ ...report, deleted: report.deleted.length })

const writeLine = (value: object): void => {
  // oxlint-disable-next-line no-console -- in a Worker the console is the log.
  console.log(JSON.stringify(value))
}
