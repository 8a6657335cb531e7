import { inertType } from "../../src/utils/serving-headers.js"
import { contentDisposition } from "../../src/utils/content-disposition.js"
import { HttpProblem } from "../problem.js"
import { readShareLink, shareLinkPath } from "../share-links.js"
import { field, hintedType, readJson } from "./declared-body.js"
import { getFile } from "./get-file.js"
import type { RouteContext } from "./route-context.js"

/** One key, a type and a name, as JSON. */
const maxShareBytes = 8 * 1024

/** S3 signs nothing for longer, and a link that works for ever is a public file. */
const maxShareSeconds = 7 * 24 * 3600

/** Longest name in a link, in characters. */
const maxNameLength = 255

/** A 200 with a URL that shows or saves one file without a token until it expires; a 501 where links cannot be made. */
export const shareFile = async (context: RouteContext): Promise<Response> => {
  const { request, storage, shareSecret } = context
  const body = await readJson(request, maxShareBytes)
  const { key, mimeType, disposition, name, seconds } = readShareRequest(body, context)
  const expiresAtMs = (Math.floor(Date.now() / 1000) + seconds) * 1000
  const link = { key, mimeType, disposition, name, expiresAtMs }
  if (shareSecret !== undefined) {
    const base = new URL(request.url).origin + context.basePath
    return toAnswer(base + (await shareLinkPath(shareSecret, link)), expiresAtMs)
  }
  if (storage.sign === undefined) throw new HttpProblem("NotSupported", "This server makes no links.")
  const signed = await storage.sign({
    method: "GET",
    key,
    contentHash: undefined,
    sizeBytes: undefined,
    mimeType,
    part: undefined,
    expiresInSeconds: seconds,
    shown: { mimeType: shownType(mimeType), disposition: bucketDisposition(mimeType, disposition, name) },
  })
  return toAnswer(signed.url, expiresAtMs)
}

/** The file of a link, under the type and name that the link was made for. No token: the signature is the permission. */
export const getShared = async (context: RouteContext): Promise<Response> => {
  const { request, route, shareSecret } = context
  if (shareSecret === undefined) throw new HttpProblem("NotFound", "There is nothing at this path.")
  const nowMs = Date.now()
  const query = new URL(request.url).searchParams
  const link = await readShareLink(shareSecret, route.key, query, nowMs)
  if (link === undefined) throw new HttpProblem("Forbidden", "This link is not valid, or no longer.")
  return getFile({
    ...context,
    shown: {
      mimeType: link.mimeType,
      name: link.name,
      download: link.disposition === "attachment",
      maxAgeSeconds: Math.floor((link.expiresAtMs - nowMs) / 1000),
    },
  })
}

const toAnswer = (url: string, expiresAtMs: number): Response =>
  Response.json(
    { url, expiresAt: new Date(expiresAtMs).toISOString() },
    { headers: { "Cache-Control": "no-store" } },
  )

const readShareRequest = (body: unknown, context: RouteContext) => {
  const key = field(body, "key")
  const mimeType = field(body, "mimeType")
  const disposition = field(body, "disposition") ?? "inline"
  const name = field(body, "name") ?? ""
  const seconds = field(body, "expiresInSeconds") ?? context.signedUrlSeconds
  if (typeof key !== "string" || !context.isKey(key))
    throw new HttpProblem("BadKey", "Name the file by its key.")
  if (!context.mayAccess(key, "read")) throw new HttpProblem("Forbidden", "This key is not yours.")
  if (disposition !== "inline" && disposition !== "attachment") {
    throw new HttpProblem("BadRequest", 'disposition is "inline" or "attachment".')
  }
  if (typeof name !== "string" || name.length > maxNameLength) {
    throw new HttpProblem("BadRequest", `name is a text of up to ${maxNameLength} characters.`)
  }
  if (typeof seconds !== "number" || !(seconds >= 1 && seconds <= maxShareSeconds)) {
    throw new HttpProblem("BadRequest", `expiresInSeconds is a number from 1 to ${maxShareSeconds}.`)
  }
  const type = hintedType(typeof mimeType === "string" ? mimeType : null)
  // A URL cannot carry half of a surrogate pair, which Windows allows in a name: the signature would be of another name.
  const sentName = name.replaceAll(/\p{Surrogate}/gu, "\uFFFD")
  return { key, mimeType: type, disposition, name: sentName, seconds: Math.floor(seconds) } as const
}

const shownType = (mimeType: string): string => inertType(mimeType) ?? "application/octet-stream"

/**
 * A bucket sends no `Content-Security-Policy`, so what could run script there is never opened: an SVG is drawn by an
 * `<img>` all the same, which looks at its type alone.
 */
const bucketDisposition = (mimeType: string, wanted: "inline" | "attachment", name: string): string => {
  const type = inertType(mimeType)
  const mayOpen = type !== undefined && type !== "image/svg+xml"
  return contentDisposition(mayOpen ? wanted : "attachment", name)
}
