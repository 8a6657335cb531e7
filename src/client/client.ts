/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Cause, Effect, Exit, type Fiber, type ManagedRuntime, Stream } from "effect"
import { ConfigError, InvalidFileError, StorageError } from "../errors/index.js"
import type { FileSyncHandle } from "./create-file-sync.js"
import type { Engine, Platform } from "../layers/engine.js"
import { canShrink, type Pictures } from "../thumbnails/pictures.js"
import { FileRecords } from "../services/file-records/FileRecords.js"
import { FileStorage } from "../services/file-storage/FileStorage.js"
import { Inspection } from "../services/status/engine-facts.js"
import { FileSync } from "../services/file-sync/FileSync.js"
import { Maintenance } from "../services/file-sync/Maintenance.js"
import { Observers } from "../services/notifications/Observers.js"
import { LocalFileStorage } from "../services/local-file-storage/LocalFileStorage.js"
import { SyncExecutor } from "../services/sync-executor/SyncExecutor.js"
import type {
  EngineFacts,
  FileSyncEvent,
  FileToSave,
  SyncStatus,
  TransferProgress,
  Unsubscribe,
} from "../types/index.js"

/** What the promise API has besides the members of the public handle. */
export interface Client extends Omit<FileSyncHandle, "runtime"> {
  /** As `ensureLocal`, by content hash; for the service worker. */
  readonly ensureContent: (
    contentHash: string,
    onProgress: (loadedBytes: number, totalBytes: number) => void,
  ) => Promise<boolean>
  /** The browser reports that the network came back or went. */
  readonly probe: () => Promise<void>
  /** The page has come into view. */
  readonly claim: () => Promise<void>
}

const disposed = () =>
  new ConfigError({
    reason: "Disposed",
    detail: "this engine was disposed. Create a new one with createFileSync.",
  })

const nothingKnown: EngineFacts = {
  records: [],
  transfers: [],
  pinned: [],
  evicted: [],
  cache: { usedBytes: 0, maxBytes: null },
}

const toFileToSave = (given: Blob | FileToSave): FileToSave =>
  given instanceof Blob ? { file: given } : given

const toFiles = (given: Iterable<Blob | FileToSave>): ReadonlyArray<FileToSave> => {
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given)) {
    throw new InvalidFileError({
      reason: "NotABlob",
      cause: new TypeError("`saveFiles` takes a list of files"),
    })
  }
  return Array.from(given, toFileToSave)
}

/** Turns the engine's effects into promises and callbacks. Throws what building the engine failed with. */
export const makeClient = (options: {
  readonly storeId: string
  readonly runtime: ManagedRuntime.ManagedRuntime<Engine | Platform, ConfigError>
  readonly persist: boolean
  readonly pictures?: Pictures | undefined
}): Client => {
  const { runtime, pictures } = options
  let isDisposed = false
  // Calls in progress: disposing interrupts them, because nothing would ever settle them afterwards.
  const calls = new Set<Fiber.RuntimeFiber<unknown, unknown>>()
  const orThrow = <A, E>(exit: Exit.Exit<A, E>, signal?: AbortSignal): A => {
    if (Exit.isSuccess(exit)) return exit.value
    if (isDisposed && Cause.isInterrupted(exit.cause)) throw disposed()
    if (Cause.isInterruptedOnly(exit.cause)) {
      throw new StorageError({ reason: "Aborted", operation: "finish the call", cause: signal?.reason })
    }
    throw Cause.squash(exit.cause)
  }
  const run = async <A, E>(
    effect: Effect.Effect<A, E, Engine | Platform>,
    signal?: AbortSignal,
  ): Promise<A> => {
    if (isDisposed) throw disposed()
    const call = runtime.runFork(effect)
    calls.add(call)
    const abort = (): void => call.unsafeInterruptAsFork(call.id())
    // Taken back at the end: a signal may outlive thousands of calls.
    if (signal?.aborted) abort()
    else signal?.addEventListener("abort", abort)
    const exit = await new Promise<Exit.Exit<A, E | ConfigError>>((resolve) => call.addObserver(resolve))
    signal?.removeEventListener("abort", abort)
    calls.delete(call)
    return orThrow(exit, signal)
  }
  const { storage, sync, maintenance, records, observers, executor, local, inspection } = orThrow(
    runtime.runSyncExit(
      Effect.all({
        storage: FileStorage,
        sync: FileSync,
        maintenance: Maintenance,
        records: FileRecords,
        observers: Observers,
        executor: SyncExecutor,
        local: LocalFileStorage,
        inspection: Inspection,
      }),
    ),
  )

  // After disposal reads answer with what was last known, so that elements never throw.
  let lastStatus: SyncStatus | undefined
  const getStatus = (): SyncStatus => {
    if (!isDisposed || lastStatus === undefined) lastStatus = sync.status()
    return lastStatus
  }
  const orNothing = <A>(read: () => A, nothing: A): A => (isDisposed ? nothing : read())
  const toStream = <A>(subscribe: (listener: (value: A) => void) => Unsubscribe): Stream.Stream<A> =>
    Stream.async<A>((emit) => {
      const unsubscribe = subscribe((value) => void emit.single(value))
      return Effect.sync(unsubscribe)
    })

  if (options.persist) {
    // The first save is when the user has something to lose.
    const unsubscribe = observers.onEvent((event) => {
      if (event.type !== "saved") return
      unsubscribe()
      void run(local.persist).catch(() => undefined) // A refusal shows in the status.
    })
  }

  return {
    storeId: options.storeId,
    start: () => run(sync.start),
    stop: () => run(sync.stop),
    dispose: async () => {
      if (isDisposed) return
      getStatus()
      isDisposed = true
      pictures?.dispose()
      for (const call of calls) call.unsafeInterruptAsFork(call.id())
      await runtime.dispose()
    },
    saveFile: (file, { signal, ...rest } = {}) => run(storage.saveFile(file, rest), signal),
    saveFiles: (files, { signal, commit } = {}) =>
      run(
        Effect.flatMap(Effect.try({ try: () => toFiles(files), catch: (error) => error }), (list) =>
          storage.saveFiles(list, commit),
        ),
        signal,
      ),
    updateFile: (fileId, file, { signal, ...rest } = {}) =>
      run(storage.updateFile(fileId, file, rest), signal),
    editFile: (fileId, changes) => run(storage.editFile(fileId, changes)),
    deleteFile: (fileId) => run(storage.deleteFile(fileId)),
    deleteFiles: async (fileIds) => run(storage.deleteFiles([...fileIds])),
    listDeleted: (query) => orNothing(() => storage.listDeleted(query), []),
    restoreFile: (fileId) => run(storage.restoreFile(fileId)),
    getShareUrl: (fileId, share) => run(storage.getShareUrl(fileId, share), share?.signal),
    eraseFile: (fileId) => run(storage.eraseFile(fileId)),
    readFile: (fileId, { signal } = {}) => run(storage.readFile(fileId), signal),
    getFileUrl: (fileId, { signal } = {}) => run(storage.getFileUrl(fileId), signal),
    getThumbnail: async (fileId, { longSidePx, signal }) => {
      const known = orNothing(() => records.get(fileId), undefined)
      if (pictures === undefined || known === undefined || !canShrink(known.mimeType)) return undefined
      const { contentHash, mimeType } = known
      const bytes = Effect.flatMap(sync.ensureLocal(fileId), (here) =>
        // New content came meanwhile: the bytes here belong to another version.
        here.contentHash === contentHash ? local.readFile(contentHash) : Effect.succeed(undefined),
      )
      return pictures.thumbnail({ contentHash, mimeType, longSidePx, read: () => run(bytes, signal) }, signal)
    },
    releaseFileUrl: (url) => {
      if (pictures?.release(url)) return
      if (!isDisposed) void run(storage.releaseFileUrl(url)).catch(() => undefined) // Disposing releases all.
    },
    getFile: (fileId) => orNothing(() => records.get(fileId), undefined),
    listFiles: (query) => orNothing(() => records.list(query), []),
    listVersions: (fileId) => orNothing(() => sync.versions(fileId), []),
    restoreVersion: (fileId, contentHash) => run(maintenance.restoreVersion(fileId, contentHash)),
    getFileState: (fileId) => sync.fileState(fileId),
    getStatus,
    inspect: () => orNothing(inspection.now, nothingKnown),
    subscribe: observers.subscribe,
    subscribeFile: observers.subscribeFile,
    onProgress: observers.onProgress,
    onEvent: observers.onEvent,
    progressStream: toStream<TransferProgress>(observers.onProgress),
    events: toStream<FileSyncEvent>(observers.onEvent),
    pause: () => run(sync.pause),
    resume: () => run(sync.resume),
    retry: (fileId) => run(sync.retry(fileId)),
    cancel: (fileId) => run(sync.cancel(fileId)),
    prioritize: (fileId) => run(sync.prioritize(fileId)),
    pin: (fileId) => run(sync.pin(fileId)),
    unpin: (fileId) => run(sync.unpin(fileId)),
    evict: (fileId) => run(sync.evict(fileId)),
    awaitIdle: () => run(sync.awaitIdle),
    verify: () => run(sync.verify),
    repair: (report) => run(sync.repair(report)),
    ensureContent: (contentHash, onProgress) => run(sync.ensureContent(contentHash, onProgress)),
    probe: () => run(executor.probe),
    claim: () => run(sync.claim),
  }
}
