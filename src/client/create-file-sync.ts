import { type Duration, Layer, ManagedRuntime, type Stream } from "effect"
import { ConfigError } from "../errors/index.js"
import { getFileSync, setFileSync } from "./global-client.js"
import { layerBrowser } from "../layers/browser.js"
import { type Engine, layerEngine, type Platform } from "../layers/engine.js"
import { withDefaults } from "../layers/engine-defaults.js"
import { layerLogger, type LogListener } from "../layers/logger.js"
import { layerMemoryTab } from "../layers/memory.js"
import { makeClient } from "./client.js"
import { followPageLifecycle } from "./page-lifecycle.js"
import { makePictures } from "../thumbnails/pictures.js"
import type { AttachedStore } from "../services/file-records/attached-store.js"
import { layerLiveStore } from "../services/file-records/layer-livestore.js"
import { layerAdapter } from "../services/remote-file-storage/layer-adapter.js"
import type { Preprocessors } from "../services/file-storage/preprocess.js"
import type { DownloadPolicy } from "../services/file-sync/sync-config.js"
import { noneAdapter } from "../services/remote-file-storage/adapters/none.js"
import type { SyncExecutorConfig } from "../services/sync-executor/SyncExecutor.js"
import { StoreWasReset } from "../services/status/layer-store-watch.js"
import { serviceWorkerBridge } from "./service-worker-bridge.js"
import { toCacheOptions } from "./cache-options.js"
import type {
  FileRecord,
  FileSyncClient,
  FileSyncEvent,
  RemoteStorageAdapter,
  TransferProgress,
} from "../types/index.js"

/** Space on this device. */
export interface CacheOptions {
  /** Most bytes of file content kept here; default no limit but the browser's. */
  readonly maxBytes?: number
  /** How long replaced content and deleted files can be restored; default 30 days. */
  readonly restorableFor?: Duration.DurationInput
  /** Ask the browser not to evict this site, after the first save. Default `true`; Firefox shows a prompt. */
  readonly persist?: boolean
}

/** Options of {@link createFileSync}. */
export interface CreateFileSyncOptions {
  /** A LiveStore store whose schema came from `extendSchema`. */
  readonly store: AttachedStore
  /**
   * Whether LiveStore's storage was just reset, so that the records are received again from the sync backend: the status then says
   * `healing` until they are there. Default `false`.
   */
  readonly storeWasReset?: boolean
  /** Where bytes go; omitted = files stay on this device. */
  readonly remoteAdapter?: RemoteStorageAdapter
  /** Names this store's folder, locks and object keys; default the LiveStore store's id. */
  readonly storeId?: string
  /** `memory` keeps bytes in the tab; default OPFS, and memory where there is none. */
  readonly fileSystem?: "auto" | "memory"
  /** Which files come here by themselves; default `"all"`. */
  readonly downloads?: DownloadPolicy
  readonly cache?: CacheOptions
  readonly transfers?: Partial<SyncExecutorConfig>
  /** Run before a file is hashed and stored, by MIME pattern. */
  readonly preprocessors?: Preprocessors
  /**
   * Whether a picture that is saved gets `width`, `height` and a tiny `placeholder` in its metadata, and elements show
   * thumbnails made on this device. The bytes saved are what they were. Default `true`.
   */
  readonly pictures?: boolean
  /** `false` = never use service worker URLs; default: whenever one of ours controls the page. */
  readonly serviceWorker?: boolean
  /** Object key of a content; default `<storeId>/<hash>`. Must give the same key for the same content. */
  readonly keyOf?: (record: FileRecord) => string
  /** Receives the engine's log messages; default: none are logged. */
  readonly logger?: LogListener
  /** `false` = do not become the engine that elements find. */
  readonly global?: boolean
}

/** The promise API, with Effect streams beside the callbacks. */
export interface FileSyncHandle extends FileSyncClient {
  readonly progressStream: Stream.Stream<TransferProgress>
  readonly events: Stream.Stream<FileSyncEvent>
  /** For Effect programs: the engine's services. */
  readonly runtime: ManagedRuntime.ManagedRuntime<Engine | Platform, ConfigError>
}

const checkStoreId = (storeId: string): string => {
  if (typeof storeId === "string" && storeId !== "" && storeId !== "." && storeId !== "..") return storeId
  throw new ConfigError({ reason: "InvalidOption", detail: `"${storeId}" cannot be a store id.` })
}

/**
 * Gives a LiveStore store files. Saving works at once; `start()` begins syncing. Becomes the global engine unless
 * `global: false`. Throws `ConfigError` (`MissingSchema`, `InvalidOption`).
 */
export const createFileSync = (options: CreateFileSyncOptions): FileSyncHandle => makeFileSync(options)

/** As {@link createFileSync}, with an I/O worker that is already running. */
export const makeFileSync = (
  options: CreateFileSyncOptions,
  startIoWorker?: () => Worker,
): FileSyncHandle => {
  const storeId = checkStoreId(options.storeId ?? options.store.storeId)
  const isMemory = options.fileSystem === "memory"
  const pictures = options.pictures === false ? undefined : makePictures({ storeId, isKept: !isMemory })
  const config = withDefaults(storeId, {
    ...toCacheOptions(options.cache),
    describePicture: pictures?.describe,
    pictureStored: pictures?.stored,
    ...withoutUndefined({
      downloads: options.downloads,
      keyOf: options.keyOf,
      preprocessors: options.preprocessors,
      transfers: options.transfers,
    }),
  })
  const adapter = options.remoteAdapter ?? noneAdapter()
  const worker = serviceWorkerBridge({
    storeId,
    adapter,
    isEnabled: options.serviceWorker !== false && !isMemory,
    hasOwnKeys: options.keyOf !== undefined,
  })
  const platform = isMemory
    ? layerMemoryTab(storeId)
    : layerBrowser({ storeId, isServed: worker.isServed, startIoWorker })
  const runtime = ManagedRuntime.make(
    layerEngine(config).pipe(
      Layer.provideMerge(
        Layer.mergeAll(
          platform,
          layerLiveStore(options.store, storeId),
          layerAdapter(worker.adapter),
          Layer.succeed(StoreWasReset, options.storeWasReset === true),
        ),
      ),
      Layer.provide(layerLogger(options.logger)),
    ),
  )
  const client = makeClient({ storeId, runtime, persist: options.cache?.persist !== false, pictures })
  let isStarted = false
  const stopFollowing = followPageLifecycle({
    stop: client.stop,
    start: async () => {
      if (isStarted) await client.start()
    },
    probe: client.probe,
    claim: client.claim,
  })
  worker.attach(client)
  const fileSync: FileSyncHandle = {
    ...client,
    runtime,
    start: () => {
      isStarted = true
      return client.start()
    },
    stop: () => {
      isStarted = false
      return client.stop()
    },
    dispose: async () => {
      if (getFileSync() === fileSync) setFileSync(undefined)
      stopFollowing()
      worker.detach()
      await client.dispose()
    },
  }
  if (options.global !== false) setFileSync(fileSync)
  return fileSync
}

/** An object without the members that are `undefined`, so that they do not hide defaults. */
const withoutUndefined = <A extends object>(given: A): { [Key in keyof A]?: Exclude<A[Key], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never
