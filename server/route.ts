import type { Permission } from "./access.js"
import { HttpProblem } from "./problem.js"

/** The operations of the protocol. */
export type Operation =
  | "health"
  | "put"
  | "get"
  | "head"
  | "delete"
  | "begin-upload"
  | "put-part"
  | "list-parts"
  | "complete-upload"
  | "abort-upload"
  | "batch-put"
  | "batch-get"
  | "sign"
  | "share"
  | "shared"

/** Whether a text can be an upload id at all. */
export const isUploadId = (text: string): boolean => uploadIdPattern.test(text)

/** A request's path and query, understood. `key` is as written in the path and not yet checked. */
export interface Route {
  readonly operation: Operation
  readonly key: string
  readonly uploadId: string
  readonly partNumber: number
}

/** Upload ids are made here or by an S3 store; none holds a character that could leave a path segment. */
const uploadIdPattern = /^[\w~.+=-]{1,512}$/

/**
 * Finds out what is asked. The path is read as it was sent, without decoding.
 * Fails with `NotFound` for foreign paths, `MethodNotAllowed`, or `BadRequest` for broken parameters.
 */
export const parseRoute = (method: string, url: URL, basePath: string): Route => {
  const inside = url.pathname.startsWith(`${basePath}/`) ? url.pathname.slice(basePath.length) : ""
  if (inside === "/health") return only(method, ["GET", "HEAD"], route("health"))
  if (inside === "/batch") return only(method, ["POST"], route("batch-put"))
  if (inside === "/batch/get") return only(method, ["POST"], route("batch-get"))
  if (inside === "/sign") return only(method, ["POST"], route("sign"))
  if (inside === "/share") return only(method, ["POST"], route("share"))
  if (inside.startsWith("/shared/")) {
    return only(method, ["GET", "HEAD"], route("shared", inside.slice("/shared/".length)))
  }
  if (!inside.startsWith("/files/")) throw new HttpProblem("NotFound", "There is nothing at this path.")
  return fileRoute(method, inside.slice("/files/".length), url.searchParams)
}

const readOperations: ReadonlySet<Operation> = new Set(["get", "head", "batch-get", "share", "shared"])

/** What a decision must permit for an operation. */
export const permissionFor = (operation: Operation): Permission => {
  if (readOperations.has(operation)) return "read"
  return operation === "delete" ? "delete" : "write"
}

const route = (operation: Operation, key = "", uploadId = "", partNumber = 0): Route => ({
  operation,
  key,
  uploadId,
  partNumber,
})

const only = (method: string, allowed: ReadonlyArray<string>, found: Route): Route => {
  if (allowed.includes(method)) return found
  throw new HttpProblem("MethodNotAllowed", `Use ${allowed.join(" or ")} here.`, {
    Allow: [...allowed, "OPTIONS"].join(", "),
  })
}

const fileRoute = (method: string, key: string, query: URLSearchParams): Route => {
  if (query.has("uploads")) return only(method, ["POST"], route("begin-upload", key))
  const uploadId = query.get("uploadId")
  if (uploadId === null) {
    const operations: Readonly<Record<string, Operation>> = {
      GET: "get",
      HEAD: "head",
      PUT: "put",
      DELETE: "delete",
    }
    return only(method, Object.keys(operations), route(operations[method] ?? "get", key))
  }
  if (!isUploadId(uploadId)) throw new HttpProblem("BadRequest", "This is not an upload id.")
  if (method === "PUT") return route("put-part", key, uploadId, partNumberOf(query.get("partNumber")))
  const operations: Readonly<Record<string, Operation>> = {
    GET: "list-parts",
    POST: "complete-upload",
    DELETE: "abort-upload",
  }
  return only(
    method,
    ["PUT", ...Object.keys(operations)],
    route(operations[method] ?? "list-parts", key, uploadId),
  )
}

const partNumberOf = (text: string | null): number => {
  const partNumber = /^[1-9]\d{0,4}$/.test(text ?? "") ? Number(text) : 0
  if (partNumber < 1 || partNumber > 10_000) {
    throw new HttpProblem("BadRequest", "A part number is a whole number from 1 to 10,000.")
  }
  return partNumber
}
