/** `@livestore-filesync/core` 0.8.0 as its own documentation has it: OPFS, its signer backend, LiveStore on disk. */
import { createFileSync } from "@livestore-filesync/core"
import { layer as opfsLayer } from "@livestore-filesync/opfs"
import { makePersistedAdapter } from "@livestore/adapter-web"
import { createStorePromise, queryDb } from "@livestore/livestore"
import { events as eventDefinitions, schema, tables } from "./peer-schema.js"
import { countEvents } from "./shared/count-events.js"
import { hideLargeBodies } from "./shared/hide-bodies.js"
import { watchMainThread } from "./shared/longest-task.js"
import { pickedFiles } from "./shared/picked-files.js"
import { whenBackendKnows } from "./shared/sync-progress.js"

hideLargeBodies()

/** It has no call for many files; as many are saved at a time as its own queue uploads. */
const concurrentSaves = 8

let store
let fileSync
let events
const listeners = new Set()

const whenDone = (type, count) =>
  new Promise((resolve, reject) => {
    const done = new Set()
    const listener = (event) => {
      if (event.type === "transfer:exhausted") reject(new Error(String(event.error)))
      if (event.type !== type) return
      done.add(event.fileId)
      if (done.size < count) return
      listeners.delete(listener)
      resolve()
    }
    listeners.add(listener)
  })

const isListed = (id) => store.query(queryDb(tables.files.where({ id }))).length === 1

const saveFiles = async (files) => {
  let next = 0
  const ids = []
  await Promise.all(
    Array.from({ length: concurrentSaves }, async () => {
      while (next < files.length) ids.push((await fileSync.saveFile(files[next++])).fileId)
    }),
  )
  return ids
}

let waiting
let largeUploaded

globalThis.subject = {
  async open({ storeId, remote = false, sync = false, isCounting = false }) {
    const workerUrl = new URL("./worker.js", import.meta.url)
    if (sync) workerUrl.searchParams.set("sync", `${location.origin.replace(/^http/, "ws")}/sync`)
    store = await createStorePromise({
      schema,
      storeId,
      adapter: makePersistedAdapter({
        storage: { type: "opfs" },
        worker: ({ name }) => new Worker(workerUrl, { type: "module", name }),
        sharedWorker: ({ name }) =>
          new SharedWorker(new URL("./shared.js", import.meta.url), { type: "module", name }),
      }),
      disableDevtools: true,
    })
    if (isCounting) events = countEvents(store)
    fileSync = createFileSync({
      store,
      schema: { tables, events: eventDefinitions, queryDb },
      fileSystem: opfsLayer(),
      remote: remote ? { signerBaseUrl: "/api" } : false,
      options: { onEvent: (event) => listeners.forEach((listener) => listener(event)) },
    })
    fileSync.start()
    return {}
  },
  async saveOne(at) {
    const file = pickedFiles()[at]
    const beginMs = performance.now()
    const { fileId } = await fileSync.saveFile(file)
    if (!isListed(fileId)) throw new Error("It is not visible")
    return performance.now() - beginMs
  },
  async saveAll() {
    const beginMs = performance.now()
    const ids = await saveFiles(pickedFiles())
    if (!ids.every(isListed)) throw new Error("Not all are visible")
    return performance.now() - beginMs
  },
  async saveAllWatched() {
    const stop = watchMainThread()
    await this.saveAll()
    return stop()
  },
  /** It cannot be paused, so its upload begins while this is still being saved. */
  saveLarge() {
    largeUploaded = whenDone("upload:complete", 1)
    largeUploaded.catch(() => {})
    return this.saveOne(0)
  },
  sendLarge: () => largeUploaded,
  lastHash: () => "",
  settle: () => whenBackendKnows(store),
  async receiveLarge({ storeId }) {
    const downloaded = whenDone("download:complete", 1)
    await this.open({ storeId, remote: true, sync: true })
    await downloaded
  },
  expect(type, count) {
    const beginMs = performance.now()
    waiting = whenDone(type === "uploads" ? "upload:complete" : "download:complete", count).then(
      () => performance.now() - beginMs,
    )
    waiting.catch(() => {})
  },
  waited: () => waiting,
  counts: () => ({ events }),
  async close() {
    await fileSync.dispose()
    await store.shutdownPromise()
  },
}
