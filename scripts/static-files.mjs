/** Serves folders as a function from `Request` to `Response`, for the demo: exact types, `ETag`, no way out of them. */
import { createHash } from "node:crypto"
import { readdir, readFile, realpath, stat } from "node:fs/promises"
import { extname, join, relative, sep } from "node:path"

const contentTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
}

const etagOf = (content) => `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`

/** Re-reads a file only when its time or size changed. */
const fileCache = () => {
  const known = new Map()
  return async (path) => {
    const { mtimeMs, size } = await stat(path)
    const before = known.get(path)
    if (before?.mtimeMs === mtimeMs && before.size === size) return before
    const content = await readFile(path)
    const entry = { mtimeMs, size, content, etag: etagOf(content) }
    known.set(path, entry)
    return entry
  }
}

/** The file a URL path means, or `undefined`. Links are followed first, so that none leads out of the folder. */
const locate = async (mounts, urlPath) => {
  let path
  try {
    path = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  if (/[\0\\]/.test(path) || path.split("/").some((part) => part.startsWith("."))) return undefined
  for (const { prefix, folder, only } of mounts) {
    if (!path.startsWith(prefix)) continue
    const asked = path.slice(prefix.length)
    const name = asked === "" || asked.endsWith("/") ? `${asked}index.html` : asked
    if (only?.test(name) === false) continue
    const candidate = join(folder, name)
    const real = await realpath(candidate).catch(() => undefined)
    if (real === undefined) continue
    const inside = relative(await realpath(folder), real)
    if (inside.startsWith(`..${sep}`) || inside === "..") continue
    if ((await stat(real)).isFile()) return real
  }
  return undefined
}

const respond = ({ content, etag }, contentType, request) => {
  const headers = {
    "Cache-Control": "no-cache",
    "Content-Type": contentType,
    "X-Content-Type-Options": "nosniff",
    ETag: etag,
  }
  const asked = request.headers.get("If-None-Match")?.split(",") ?? []
  if (asked.some((tag) => tag.trim().replace(/^W\//, "") === etag)) {
    return new Response(null, { status: 304, headers })
  }
  headers["Content-Length"] = String(content.length)
  return new Response(request.method === "HEAD" ? null : content, { status: 200, headers })
}

/** Every URL path below the mounts but source maps and hidden files; directories answer with their `index.html`. */
const listUrls = async (mounts) => {
  const urls = new Set()
  for (const { prefix, folder, only } of mounts) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
      const path = relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join("/")
      if (!entry.isFile() || path.endsWith(".map") || path.split("/").some((part) => part.startsWith(".")))
        continue
      if (only?.test(path) === false) continue
      const isIndex = path === "index.html" || path.endsWith("/index.html")
      urls.add(encodeURI(prefix + (isIndex ? path.slice(0, -"index.html".length) : path)))
    }
  }
  return [...urls].toSorted()
}

/**
 * Answers GET and HEAD below the mounts, and `undefined` for what it does not have.
 *
 * `mounts`: `{ prefix, folder, only }`, the first match wins, `only` says which names below the folder are served; `files`: single files by URL path; `listing`: the URL path at
 * which the list and the version of everything stand, for a service worker to keep offline.
 */
export const staticFiles = ({ mounts, files = {}, listing }) => {
  const read = fileCache()
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined
    const { pathname } = new URL(request.url)
    if (pathname === listing) {
      const urls = [...(await listUrls(mounts)), ...Object.keys(files)]
      const version = createHash("sha256")
      for (const url of urls) {
        const path = files[url] ?? (await locate(mounts, url))
        version.update(`${url} ${(await read(path)).etag}\n`)
      }
      const content = Buffer.from(JSON.stringify({ version: version.digest("hex"), urls }))
      return respond({ content, etag: etagOf(content) }, contentTypes[".json"], request)
    }
    const path = files[pathname] ?? (await locate(mounts, pathname))
    if (path === undefined) return undefined
    const entry = await read(path).catch(() => undefined)
    if (entry === undefined) return undefined
    return respond(entry, contentTypes[extname(path)] ?? "application/octet-stream", request)
  }
}
