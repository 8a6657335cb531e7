import { Context, type Effect, type Scope } from "effect"
import type { ConfigError, DeleteError, DownloadError, UploadError } from "../../errors/index.js"
import type {
  BatchSupport,
  DownloadAnswer,
  DownloadRequest,
  MultipartSupport,
  RemoteRequest,
  ServiceWorkerSource,
  ShareRequest,
  UploadRequest,
} from "../../types/index.js"

/** The object store behind the app; interrupting an operation closes its connection. */
export class RemoteStorage extends Context.Tag("filesync/RemoteStorage")<
  RemoteStorage,
  {
    readonly name: string
    /** `false` = files stay on this device and nothing is ever queued. */
    readonly enabled: boolean
    readonly upload: (
      request: Omit<UploadRequest, "signal">,
    ) => Effect.Effect<{ readonly key: string }, UploadError>
    /** The body may be read while the scope is open; closing it closes the connection. */
    readonly download: (
      request: Omit<DownloadRequest, "signal">,
    ) => Effect.Effect<DownloadAnswer, DownloadError, Scope.Scope>
    readonly delete: (request: Omit<RemoteRequest, "signal">) => Effect.Effect<void, DeleteError>
    /** Whether exactly this content is at its key, and stays: it counts as referenced from now on. */
    readonly isStored: (request: Omit<RemoteRequest, "signal">) => Effect.Effect<boolean, DownloadError>
    /** Fails when the remote cannot be reached. */
    readonly checkHealth: Effect.Effect<void, DownloadError>
    /** Parts for large files, where the store has them. */
    readonly multipart: MultipartSupport | undefined
    /** Many small files in one request, where the store has it. */
    readonly batch: BatchSupport | undefined
    /** A signed address of one object, where the adapter has it. Fails with `ConfigError` where the server has not. */
    readonly shareUrl:
      | ((request: Omit<ShareRequest, "signal">) => Effect.Effect<string, DownloadError | ConfigError>)
      | undefined
    readonly serviceWorkerSource: Effect.Effect<ServiceWorkerSource | null>
  }
>() {}
