import type { Store } from "@livestore/livestore"
import { Schedule } from "effect"
import {
  createFileSync,
  type CreateFileSyncOptions,
  type FileSyncHandle,
} from "../../src/client/create-file-sync.js"
import { files, type fileSyncSchema } from "../../src/schema/index.js"
import {
  memoryAdapter,
  type MemoryAdapterOptions,
} from "../../src/services/remote-file-storage/adapters/memory.js"
import type { FileSyncEvent, RemoteStorageAdapter } from "../../src/types/index.js"
import { removeStoreFolder } from "./opfs.js"
import { makeStore } from "./store.js"
import { until } from "./until.js"

/** A store of this package's schema. */
export type FileStore = Store<typeof fileSyncSchema>

/** An engine with everything it said. */
export interface Device {
  readonly engine: FileSyncHandle
  readonly store: FileStore
  readonly events: ReadonlyArray<FileSyncEvent>
  /** Resolves once the condition holds. */
  readonly until: (what: string, isSo: () => boolean, withinMs?: number) => Promise<void>
  /** Resolves at the next event of this kind, or at once when there was one. */
  readonly event: (type: FileSyncEvent["type"]) => Promise<void>
}

type DeviceOptions = Partial<CreateFileSyncOptions> & {
  readonly store?: FileStore
  readonly remote?: Omit<MemoryAdapterOptions, "objects">
  /** Default `true`. */
  readonly start?: boolean
}

/** One remote, and engines of any number of tabs and devices on it; `close` ends them and removes what they stored. */
export class Bench {
  readonly storeId = `bench-${crypto.randomUUID()}`
  readonly objects = new Map<string, Blob>()
  readonly #stores: FileStore[] = []
  readonly #engines: FileSyncHandle[] = []

  /** What the remote holds, by content hash. */
  get remoteHashes(): ReadonlyArray<string> {
    return [...this.objects.keys()].map((key) => key.split("/").at(-1) ?? "")
  }

  async store(): Promise<FileStore> {
    const store = await makeStore({ storeId: this.storeId })
    this.#stores.push(store as unknown as FileStore)
    return store as unknown as FileStore
  }

  adapter(options: Omit<MemoryAdapterOptions, "objects"> = {}): RemoteStorageAdapter {
    return memoryAdapter({ objects: this.objects, ...options })
  }

  /** A started engine. With a given `store` it is another tab of that store's device. */
  async device(options: DeviceOptions = {}): Promise<Device> {
    const { store = await this.store(), remote, start = true, ...rest } = options
    const events: FileSyncEvent[] = []
    const engine = createFileSync({
      store,
      storeId: this.storeId,
      remoteAdapter: this.adapter(remote),
      global: false,
      serviceWorker: false,
      cache: { persist: false },
      ...rest,
      transfers: { retrySchedule: Schedule.spaced("5 millis"), ...rest.transfers },
    })
    this.#engines.push(engine)
    engine.onEvent((event) => void events.push(event))
    const listen = (listener: () => void) => {
      const ends = [engine.subscribe(listener), engine.onEvent(listener), engine.onProgress(listener)]
      return () => ends.forEach((end) => end())
    }
    const waitUntil = (what: string, isSo: () => boolean, withinMs?: number) =>
      until(what, isSo, listen, withinMs)
    if (start) {
      await engine.start()
      if (options.store === undefined) await waitUntil("it leads", () => engine.getStatus().leader)
    }
    return {
      engine,
      store,
      events,
      until: waitUntil,
      event: (type) => waitUntil(type, () => events.some((event) => event.type === type)),
    }
  }

  /** Another device, with its own storage, that knows the same records as far as they are given to it. */
  async otherDevice(options: DeviceOptions = {}): Promise<Device> {
    return this.device({ fileSystem: "memory", ...options })
  }

  async close(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.dispose()))
    await Promise.all(this.#stores.map((store) => store.shutdownPromise()))
    await removeStoreFolder(this.storeId)
  }
}

/** Commits on one device what another knows of a file, as a sync backend would. */
export const tellRecord = (from: Device, to: Device, fileId: string): void => {
  const record = from.engine.getFile(fileId)
  if (record === undefined) throw new Error(`There is no file ${fileId}`)
  const { id, name, mimeType, sizeBytes, contentHash, path, createdAt, remoteKey } = record
  const metadata = record.metadata === null ? {} : { metadata: record.metadata }
  to.store.commit(
    files.events.created({
      files: [{ id, name, mimeType, sizeBytes, contentHash, path, createdAt, ...metadata }],
    }),
  )
  if (remoteKey !== null) to.store.commit(files.events.uploaded({ files: [{ id, contentHash, remoteKey }] }))
}

/** A text file. */
export const textFile = (text: string, name = "a.txt", type = "text/plain"): File =>
  new File([text], name, { type })

/** What a promise rejects with. */
export const rejection = async (promise: Promise<unknown>): Promise<{ _tag?: string; reason?: string }> => {
  try {
    await promise
  } catch (error) {
    return error as { _tag?: string; reason?: string }
  }
  throw new Error("It did not reject")
}
