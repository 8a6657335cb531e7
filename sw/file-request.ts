import { parseFileUrlPath } from "../src/utils/stored-path.js"
import type { ServedFile } from "../src/utils/serving-headers.js"
import { scope } from "./worker-scope.js"

/** A request for a file's URL, read and checked. */
export interface FileRequest {
  readonly request: Request
  readonly storeFolder: string
  readonly contentHash: string
  /** Quoted, as in `ETag`. */
  readonly etag: string
  readonly isHead: boolean
  /** `Range`, unless this is a HEAD or `If-Range` names other content. */
  readonly range: string | null
  /** A player asks: it may begin before the whole is verified, because it never runs what it plays. */
  readonly forPlayer: boolean
  /** Name and type, as hints from the page that made the URL. */
  readonly hints: Pick<ServedFile, "mimeType" | "name">
}

/** Reads a request that is exactly ours: GET or HEAD of a file URL of this origin; `undefined` for every other. */
export const readFileRequest = (request: Request): FileRequest | undefined => {
  const isHead = request.method === "HEAD"
  if (request.method !== "GET" && !isHead) return undefined
  const url = new URL(request.url)
  const path = url.origin === scope().location.origin ? parseFileUrlPath(url.pathname) : undefined
  if (!path) return undefined
  const etag = `"${path.contentHash}"`
  const ifRange = request.headers.get("If-Range")
  const wantsPart = !isHead && (!ifRange || ifRange === etag)
  return {
    ...path,
    request,
    isHead,
    etag,
    range: wantsPart ? request.headers.get("Range") : null,
    forPlayer: /audio|video/.test(request.destination),
    hints: { mimeType: url.searchParams.get("type") ?? "", name: url.searchParams.get("name") ?? "" },
  }
}
