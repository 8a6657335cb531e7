export {
  type AccessDecision,
  allowAll,
  bearerTokens,
  mayAccess,
  type Permission,
  sameSecret,
} from "./access.js"
export { collectGarbage, type CollectGarbageOptions, type GarbageReport } from "./collect-garbage.js"
export { type FetchSyncEventsOptions, fetchSyncEvents } from "./fetch-sync-events.js"
export { createFileSyncHandler, type FileSyncHandler } from "./handler.js"
export {
  defaultLimits,
  type FileSyncHandlerOptions,
  type HandlerLimits,
  type RequestLogEntry,
} from "./handler-options.js"
export { defaultRestorableMs, type LoggedEvent, markReferences } from "./mark-references.js"
export { isContentKey, isPlainKey } from "./object-key.js"
export * from "./object-storage.js"
export type { R2BucketLike } from "./r2-bucket.js"
export { type R2StorageOptions, r2Storage } from "./r2-storage.js"
export type { Operation } from "./route.js"
export type { S3StorageOptions } from "./s3-client.js"
export { s3Storage } from "./s3-storage.js"
export { stagedMultipart } from "./staged-multipart.js"
export { type SyncBackendStub, syncEvents } from "./sync-events.js"
