/** This package, as an app with a bundler uses it: its own LiveStore store on disk, workers, one engine. */
import { httpAdapter } from "../../dist/adapters/http.js"
import { createFileSync, registerFileSyncServiceWorker } from "../../dist/index.js"
import { countEvents } from "./shared/count-events.js"
import { countOpfs } from "./shared/count-opfs.js"
import { fetchTimes, imagesTime, seekTimes } from "./shared/load-urls.js"
import { watchMainThread } from "./shared/longest-task.js"
import { pickedFiles } from "./shared/picked-files.js"
import { whenBackendKnows } from "./shared/sync-progress.js"
import { fillStore } from "./fill-store.js"
import { openStore } from "./open-store.js"

let store
let fileSync
// From the beginning: the engine's worker starts before there is an engine.
const opfs = location.search === "?count-opfs" ? countOpfs() : undefined
let events
let failures = 0

const open = (storeId, isSynced) => {
  const workerUrl = new URL("./worker.js", import.meta.url)
  if (isSynced) workerUrl.searchParams.set("sync", `${location.origin.replace(/^http/, "ws")}/sync`)
  return openStore({ storeId, workerUrl, sharedUrl: new URL("./shared.js", import.meta.url) })
}

const leads = () =>
  new Promise((resolve) => {
    const check = () => {
      if (!fileSync.getStatus().leader) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = fileSync.subscribe(check)
    queueMicrotask(check)
  })

/** Resolves when so many files have come to this state, counted by the engine's own events. */
const whenDone = (type, count) =>
  new Promise((resolve, reject) => {
    const done = new Set()
    const unsubscribe = fileSync.onEvent((event) => {
      if (event.type === "transfer-failed" && event.retryInMs === null) {
        unsubscribe()
        reject(new Error(JSON.stringify(event)))
      }
      if (event.type !== type) return
      done.add(event.fileId)
      if (done.size < count) return
      unsubscribe()
      resolve()
    })
  })

let waiting
let stopWatching

const when = async (isSo) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50))
}

globalThis.subject = {
  /** Opens store and engine; `remote` and `sync` say whether they have a backend. */
  async open({ storeId, remote = false, sync = false, serviceWorker = false, isCounting = false, ...more }) {
    const { isPaused, afterMs = 0, downloads } = more
    if (serviceWorker) await registerFileSyncServiceWorker({ url: "/filesync-sw.js" })
    const beginMs = performance.now()
    store = await open(storeId, sync)
    const storeMs = performance.now() - beginMs
    if (isCounting) events = countEvents(store)
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs))
    await globalThis.beginProfile?.()
    const engineBeginMs = performance.now()
    fileSync = createFileSync({
      store,
      serviceWorker,
      ...(downloads ? { downloads } : {}),
      ...(remote ? { remoteAdapter: httpAdapter({ baseUrl: "/api" }) } : {}),
    })
    await fileSync.start()
    await leads()
    // With something left to send, a paused engine is never idle.
    await (isPaused === true ? fileSync.pause() : fileSync.awaitIdle())
    const engineMs = performance.now() - engineBeginMs
    await globalThis.endProfile?.()
    return { storeMs, engineMs }
  },
  /** As `open`, on a store that is there already, with every touch of OPFS counted until nothing happens any more. */
  async boot({ storeId, afterMs }) {
    const times = await this.open({ storeId, remote: true, afterMs })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    return { ...times, opfs }
  },
  /** Opens only the store and writes `count` records of files that are here and uploaded. */
  async fill({ storeId, count, isHere }) {
    store = await open(storeId, false)
    await fillStore(store, count, isHere)
    return true
  },
  /** As `fill`, into the store that is open, until its backend has everything. */
  async fillOpen(count) {
    await fillStore(store, count)
    await whenBackendKnows(store)
  },
  /** Opens a store with `count` files to download from a remote that never answers; gives what `watched` does, from the engine's start until all are queued. */
  async openQueued({ storeId, count }) {
    const { memoryAdapter } = await import("../../dist/adapters/memory.js")
    store = await open(storeId, false)
    await globalThis.beginProfile?.()
    this.watch()
    fileSync = createFileSync({
      store,
      serviceWorker: false,
      remoteAdapter: memoryAdapter({ fault: () => new Promise(() => {}) }),
    })
    await fileSync.start()
    await this.whenQueued(count)
    const watched = this.watched()
    await globalThis.endProfile?.()
    return watched
  },
  /** Until so many transfers run or wait, as far as this tab knows. */
  whenQueued: (count) =>
    when(() => {
      const { downloading, queuedDownloads, uploading, queuedUploads } = fileSync.getStatus()
      return downloading + queuedDownloads + uploading + queuedUploads === count
    }),
  whenKnown: (ids) => when(() => ids.every((id) => fileSync.getFile(id) !== undefined)),
  resume: () => fileSync.resume(),
  /** Saves what was picked; gives the ids once the backend knows that all are uploaded. */
  async saveUploaded() {
    const ids = await fileSync.saveFiles(pickedFiles())
    await when(() => ids.every((id) => fileSync.getFileState(id).remote))
    await whenBackendKnows(store)
    return ids
  },
  watch() {
    stopWatching = watchMainThread()
  },
  watched: () => stopWatching(),
  async saveOne(at) {
    const file = pickedFiles()[at]
    const beginMs = performance.now()
    const id = await fileSync.saveFile(file)
    if (fileSync.getFile(id) === undefined) throw new Error("It is not visible")
    return performance.now() - beginMs
  },
  async saveAll() {
    const files = pickedFiles()
    const beginMs = performance.now()
    const ids = await fileSync.saveFiles(files)
    const missing = ids.filter((id) => fileSync.getFile(id) === undefined)
    if (ids.length !== files.length || missing.length > 0) throw new Error("Not all are visible")
    return performance.now() - beginMs
  },
  async saveAllWatched() {
    const stop = watchMainThread()
    await this.saveAll()
    return stop()
  },
  saveLarge: () => globalThis.subject.saveOne(0),
  async sendLarge() {
    const uploaded = whenDone("upload-done", 1)
    await fileSync.resume()
    await uploaded
  },
  lastHash: () => fileSync.listFiles()[0].contentHash,
  /** After a kill: nothing is picked again. */
  async finishLarge({ storeId, sync }) {
    await this.open({ storeId, remote: true, sync })
    const [{ id }] = fileSync.listFiles()
    await fileSync.resume()
    await fileSync.awaitIdle()
    if (!fileSync.getFileState(id).remote) throw new Error("It was not uploaded")
  },
  async receiveLarge({ storeId }) {
    const opening = this.open({ storeId, remote: true, sync: true })
    await opening
    if (fileSync.listFiles().some(({ id }) => fileSync.getFileState(id).local)) return
    await whenDone("download-done", 1)
  },
  async verifyLarge() {
    const { checked, corrupt, missing } = await fileSync.verify()
    if (checked !== 1 || corrupt.length + missing.length > 0) throw new Error("It is not whole")
  },
  /** Reads it once as the service worker gives it, into one buffer, and keeps nothing. */
  async serveLarge() {
    const [{ id, sizeBytes }] = fileSync.listFiles()
    const url = await fileSync.getFileUrl(id)
    if (url.startsWith("blob:")) throw new Error("The service worker does not serve")
    const answer = await fetch(url, { cache: "no-store" })
    const reader = answer.body.getReader({ mode: "byob" })
    let readBytes = 0
    let buffer = new ArrayBuffer(1024 * 1024)
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(buffer))
      if (done) break
      readBytes += value.byteLength
      buffer = value.buffer
    }
    if (readBytes !== sizeBytes) throw new Error(`${readBytes} bytes of ${sizeBytes} were served`)
  },
  /** What `open` was asked to hold back. */
  async takeLarge() {
    const downloaded = whenDone("download-done", 1)
    await fileSync.resume()
    await downloaded
  },
  /** Resolves when LiveStore has pushed everything to its backend. */
  async settle() {
    await fileSync.awaitIdle()
    await whenBackendKnows(store)
  },
  async saveAndShow() {
    const files = pickedFiles()
    const ids = await fileSync.saveFiles(files)
    const urls = {}
    for (const [at, id] of ids.entries()) urls[files[at].name] = await fileSync.getFileUrl(id)
    return urls
  },
  fetchTimes,
  imagesTime,
  seekTimes,
  /** Begins to wait; `waited` resolves with the time since. */
  expect(type, count) {
    const beginMs = performance.now()
    waiting = whenDone(type === "uploads" ? "upload-done" : "download-done", count).then(
      () => performance.now() - beginMs,
    )
    waiting.catch(() => (failures += 1))
  },
  waited: () => waiting,
  counts: () => ({ opfs, events, failures }),
  status: () => fileSync.getStatus(),
  list: () => fileSync.listFiles().map(({ id, contentHash, sizeBytes }) => ({ id, contentHash, sizeBytes })),
  urlOf: (id) => fileSync.getFileUrl(id),
  async readBytes(id) {
    return (await (await fileSync.readFile(id)).arrayBuffer()).byteLength
  },
  awaitIdle: () => fileSync.awaitIdle(),
  async close() {
    await fileSync?.dispose()
    await store?.shutdownPromise()
  },
}
