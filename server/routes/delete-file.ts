import { evaluateConditions } from "../conditions.js"
import { HttpProblem } from "../problem.js"
import type { RouteContext } from "./route-context.js"

/** Always a 204, also when there is nothing; a 412 when an `If-Match` does not hold. */
export const deleteFile = async ({ request, route, storage }: RouteContext): Promise<Response> => {
  if (request.headers.has("If-Match") || request.headers.has("If-None-Match")) {
    const current = await storage.head(route.key)
    const verdict = evaluateConditions(
      "DELETE",
      request.headers,
      current && (current.contentHash ?? current.etag),
    )
    if (verdict === "failed") throw new HttpProblem("PreconditionFailed", "The condition does not hold.")
  }
  await storage.remove([route.key])
  return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } })
}
