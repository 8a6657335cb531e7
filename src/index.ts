/** livestore-filesync: files for LiveStore apps. */
export {
  type CacheOptions,
  createFileSync,
  type CreateFileSyncOptions,
  type FileSyncHandle,
} from "./client/create-file-sync.js"
export * from "./errors/index.js"
export { getFileSync, setFileSync, watchFileSync, whenFileSync } from "./client/global-client.js"
export { openFileSync, type OpenFileSyncOptions } from "./client/open-file-sync.js"
export { hashFile } from "./client/hash-file.js"
export { type Engine, type EngineConfig, layerEngine, type Platform } from "./layers/engine.js"
export { FileSyncConfig, FileSyncLive } from "./layers/file-sync-live.js"
export type { LogEntry, LogListener } from "./layers/logger.js"
export { forgetFileSyncServiceWorker } from "./service-worker/forget.js"
export type { StoreConfiguration } from "./service-worker/protocol.js"
export {
  registerFileSyncServiceWorker,
  type RegisterFailure,
  type RegisterOptions,
  type RegisterResult,
} from "./service-worker/register.js"
export { type AttachedStore } from "./services/file-records/attached-store.js"
export {
  type FileChange,
  FileRecords,
  type NewContent,
  type RecordChange,
} from "./services/file-records/FileRecords.js"
export { layerLiveStore } from "./services/file-records/layer-livestore.js"
export { LiveStore } from "./services/file-records/LiveStore.js"
export { FileStorage, type SaveError } from "./services/file-storage/FileStorage.js"
export { FileIds } from "./services/file-storage/file-ids.js"
export type { Preprocessed, Preprocessor, Preprocessors } from "./services/file-storage/preprocess.js"
export { FileSync } from "./services/file-sync/FileSync.js"
export type { DownloadPolicy, NetworkFacts } from "./services/file-sync/sync-config.js"
export { Hasher } from "./services/local-file-storage/hashing/Hasher.js"
export {
  type FileReceiver,
  type FileUrlHints,
  LocalFileStorage,
  type SpaceEstimate,
  type StoredContent,
} from "./services/local-file-storage/LocalFileStorage.js"
export { layerAdapter } from "./services/remote-file-storage/layer-adapter.js"
export { RemoteStorage } from "./services/remote-file-storage/RemoteStorage.js"
export { SyncExecutor, type SyncExecutorConfig } from "./services/sync-executor/SyncExecutor.js"
export * from "./types/index.js"
export { makeStoredPath } from "./utils/stored-path.js"
