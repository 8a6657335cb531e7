import { evaluateConditions } from "../conditions.js"
import { StorageFailure } from "../object-storage.js"
import { HttpProblem } from "../problem.js"
import type { RouteContext } from "./route-context.js"

/**
 * Always a 204, also when there is nothing; a 412 when an `If-Match` does not hold. With `?erase` a 409 while a record
 * has the content, as far as the server can know.
 */
export const deleteFile = async (context: RouteContext): Promise<Response> => {
  const { request, route, storage } = context
  if (request.headers.has("If-Match") || request.headers.has("If-None-Match")) {
    const current = await storage.head(route.key)
    const verdict = evaluateConditions(
      "DELETE",
      request.headers,
      current && (current.contentHash ?? current.etag),
    )
    if (verdict === "failed") throw new HttpProblem("PreconditionFailed", "The condition does not hold.")
  }
  if (new URL(request.url).searchParams.has("erase")) await refuseInUse(context)
  await storage.remove([route.key])
  return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } })
}

const refuseInUse = async ({ route, inUse }: RouteContext): Promise<void> => {
  const isInUse = await inUse?.(route.key).catch((cause: unknown) => {
    throw new StorageFailure("Unavailable", "whether a record has the content cannot be found out", { cause })
  })
  if (isInUse === true) throw new HttpProblem("InUse", "Another record still has this content.")
}
