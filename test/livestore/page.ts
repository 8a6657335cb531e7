/** A page with LiveStore that a test opens, closes and looks into; `lab` is its handle. */
import { makeInMemoryAdapter, makeSingleTabAdapter } from "@livestore/adapter-web"
import { createStorePromise, type Store } from "@livestore/livestore"
import { makeWsSync } from "@livestore/sync-cf/client"
import { steadySync } from "../../src/livestore/index.js"
import type { Step } from "./databases-worker.js"
import { allNotes, events, schema } from "./schema.js"

type LabStore = Store<typeof schema>

interface OpenOptions {
  readonly storeId: string
  readonly sync?: string
  /** More of the worker's parameters. */
  readonly worker?: Readonly<Record<string, string>>
  /** Keeps everything in memory: a device that is not looked at. */
  readonly inMemory?: boolean
}

const stateFile = `state${schema.state.sqlite.hash}.db`
const channel = new BroadcastChannel("livestore-worker")
const heard: Array<Record<string, unknown>> = []
channel.addEventListener("message", ({ data }) => typeof data === "object" && heard.push(data))

let store: LabStore | undefined
let worker: Worker | undefined
let ending: AbortController | undefined

const startWorker = ({ sync, worker: parameters = {} }: OpenOptions, name: string): Worker => {
  const url = new URL("worker.js", location.href)
  if (sync !== undefined) url.searchParams.set("sync", sync)
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value)
  worker = new Worker(url, { type: "module", name })
  return worker
}

const adapterOf = (options: OpenOptions) =>
  options.inMemory === true
    ? makeInMemoryAdapter(
        options.sync === undefined
          ? {}
          : {
              sync: {
                backend: steadySync(makeWsSync({ url: options.sync })),
                initialSyncOptions: { _tag: "Skip" },
              },
            },
      )
    : makeSingleTabAdapter({
        storage: { type: "opfs" },
        worker: ({ name }) => startWorker(options, name),
        experimental: { disableFastPath: true },
      })

const lab = {
  heard,
  /** Opens the store; `false` when it did not open in time, or its worker was stopped before. */
  open: async (options: OpenOptions, timeoutMs = 120_000): Promise<boolean> => {
    heard.length = 0
    ending = new AbortController()
    const opening = createStorePromise({
      schema,
      storeId: options.storeId,
      adapter: adapterOf(options),
      disableDevtools: true,
      signal: ending.signal,
      batchUpdates: (run) => run(),
    }) as unknown as Promise<LabStore>
    opening.catch(() => undefined)
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, timeoutMs, undefined))
    const stopped = new Promise<undefined>((resolve) => {
      channel.addEventListener("message", ({ data }) => data?.stopped !== undefined && resolve(undefined))
    })
    store = await Promise.race([opening.catch(() => undefined), late, stopped])
    return store !== undefined
  },
  /** Terminates the worker as a closing browser does, without asking it. */
  close: async (): Promise<void> => {
    worker?.terminate()
    ending?.abort()
    await store?.shutdownPromise().catch(() => undefined)
    store = undefined
    worker = undefined
  },
  add: (...ids: string[]): void => store?.commit(...ids.map((id) => events.noteAdded({ id }))),
  mark: (id: string): void => store?.commit(events.marked({ id })),
  /** `id` of every note; `id*n` for one that was counted n times. */
  notes: (): string[] =>
    (store?.query(allNotes.orderBy("id", "asc")) ?? []).map(({ id, count }) =>
      count === 1 ? id : `${id}*${count}`,
    ),
  /** Whether LiveStore's worker has everything of this page. */
  isWritten: (): boolean => store?.syncStatus().isSynced === true,
  /** Resolves with the number of its writes once the worker has written what it confirmed to this page. */
  quiet: (): Promise<number> =>
    new Promise((resolve) => {
      channel.addEventListener("message", ({ data }) => data?.writes !== undefined && resolve(data.writes))
      channel.postMessage("quiet")
    }),
  /** Removes what this device has of a store. Resolves with whether it could: a worker that just ended may hold the files. */
  forget: async (storeId: string): Promise<boolean> => {
    const root = await navigator.storage.getDirectory()
    return root.removeEntry(`livestore-${storeId}@6`, { recursive: true }).then(
      () => true,
      (cause: DOMException) => cause.name === "NotFoundError",
    )
  },
  /** Writes noise over the first pages of a database. */
  damage: async (storeId: string, database: "eventlog" | "state"): Promise<void> => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle(`livestore-${storeId}@6`)
    const name = `/${database === "state" ? stateFile : "eventlog.db"}`
    for await (const entry of folder.values()) {
      const file = await (entry as FileSystemFileHandle).getFile()
      const path = new TextDecoder().decode(await file.slice(0, name.length + 1).arrayBuffer())
      if (path !== `${name}\0`) continue
      const writable = await (entry as FileSystemFileHandle).createWritable({ keepExistingData: true })
      // The pool's own header, which names the database, is in the first 4096 bytes.
      await writable.write({ type: "write", position: 4096, data: new Uint8Array(4096).fill(7) })
      await writable.close()
    }
  },
  sql: (storeId: string, steps: Step[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const databases = new Worker("databases-worker.js", { type: "module" })
      databases.onmessage = ({ data }) => {
        databases.terminate()
        if (data.failure === undefined) resolve(data.results)
        else reject(new Error(data.failure))
      }
      databases.postMessage({ folder: `livestore-${storeId}@6`, stateFile, steps })
    }),
}

Object.assign(globalThis, { lab })
