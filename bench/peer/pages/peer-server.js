/** The peer's own backend: its R2 handler and LiveStore's sync backend, in one Worker. */
import { createR2Handler } from "@livestore-filesync/r2"
import { handleSyncRequest, makeDurableObject, matchSyncRequest } from "@livestore/sync-cf/cf-worker"

export class SyncBackendDO extends makeDurableObject({}) {}

const files = createR2Handler({ bucket: (env) => env.FILES })

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/sync") {
      const searchParams = matchSyncRequest(request)
      if (searchParams === undefined) return new Response("Not a sync request", { status: 400 })
      return handleSyncRequest({ request, searchParams, env, ctx, syncBackendBinding: "SYNC" })
    }
    return (await files(request, env, ctx)) ?? env.ASSETS.fetch(request)
  },
}
