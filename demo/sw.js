/**
 * The demo's service worker: the ready-made one of livestore-filesync, and an app shell of our own, so that the page
 * itself reloads without a network. An app that has no such wish needs the first line only.
 */
importScripts("/filesync-sw.js")

const shellCache = "demo-shell"
const shellList = "/app-shell.json"
const workerScripts = new Set(["/sw.js", "/filesync-sw.js"])
const neverTouched = ["/livestore-filesync-files/", "/api", "/sync"]

/** Everything the page can load: its own files, the drop-in with all its chunks and workers, the database's wasm. */
const keepShell = async () => {
  const cache = await caches.open(shellCache)
  const listed = await fetch(shellList, { cache: "no-cache" })
  const { version, urls } = await listed.clone().json()
  const kept = await cache.match(shellList)
  if (kept !== undefined && (await kept.json()).version === version) return
  await cache.addAll(urls.filter((url) => !workerScripts.has(url)))
  for (const request of await cache.keys()) {
    if (!urls.includes(new URL(request.url).pathname)) await cache.delete(request)
  }
  // Last, because it says that the rest is complete.
  await cache.put(shellList, listed)
}

/** Network first: while there is one, what is kept follows what is served. */
const answer = async (request) => {
  const { pathname } = new URL(request.url)
  const cache = await caches.open(shellCache)
  try {
    const response = await fetch(request)
    if (response.status === 200) await cache.put(pathname, response.clone())
    return response
  } catch (cause) {
    const kept = await cache.match(pathname)
    if (kept !== undefined) return kept
    throw cause
  }
}

const isOurs = ({ method, url }) => {
  const { origin, pathname } = new URL(url)
  if (method !== "GET" || origin !== self.location.origin) return false
  return !neverTouched.some((path) => pathname === path || pathname.startsWith(path.replace(/\/?$/, "/")))
}

self.addEventListener("install", (event) => event.waitUntil(keepShell()))

self.addEventListener("fetch", (event) => {
  if (!isOurs(event.request)) return
  event.respondWith(answer(event.request))
  // Without a network there is nothing newer to keep, and what is kept stays.
  if (event.request.mode === "navigate") event.waitUntil(keepShell().catch(() => {}))
})
