/** Messages between a page and the file service worker. Shared by both programs; imports only types. */
import type { ServiceWorkerSource } from "../types/index.js"

/** Raised when a message changes meaning; a worker that answers another number is treated as absent. */
export const protocolVersion = 1

/** Same-origin URL path that the worker answers with one `import` line, so that all tabs share one shared worker. */
export const sharedWorkerPath = "/livestore-filesync/shared-worker.js"

/** Name of the Background Sync that asks the worker to send what pages could not; one for all stores of an origin. */
export const backgroundUploadsTag = "livestore-filesync:uploads"

/** Folder of a store in OPFS with an empty file for each content that the worker brought to the remote, named by hash. */
export const uploadedMarkersFolderName = "sent"

/** How the worker may fetch a store's files without a page that has an engine. */
export interface StoreConfiguration {
  /** From `storeFolderName(storeId)`. */
  readonly storeFolder: string
  /** `null` = never; the store's local files are served all the same. */
  readonly source: ServiceWorkerSource | null
  /**
   * URL of a file with `{hash}` and `{storeFolder}` in it, for apps with keys of their own.
   * Default `<baseUrl>/files/{storeFolder}/{hash}`.
   */
  readonly keyUrl?: string
  /** When no page is left, the worker may send what the store's outbox holds, by HTTP protocol v1. Default `false`. */
  readonly mayUpload?: boolean
}

/**
 * Serve this store from now on, also after the worker was stopped. Answered over the port when it is on disk. The
 * source's `baseUrl` is absolute and ends in no slash here.
 */
export interface ConfigureMessage extends StoreConfiguration {
  readonly type: "filesync:configure"
}

/** Serve this store no more and drop what was known about its remote: for signing out. Answered over the port. */
export interface ForgetMessage {
  readonly type: "filesync:forget"
  readonly storeFolder: string
}

/** Take control of every page in scope; for pages that a hard reload left uncontrolled. Answered over the port. */
export interface ClaimMessage {
  readonly type: "filesync:claim"
}

/**
 * Is there a file service worker behind this registration? Answered over the port. Without a port it only keeps
 * the worker alive.
 */
export interface HelloMessage {
  readonly type: "filesync:hello"
}

/** This page has an engine for this store from now on; open requests are sent to it too. Not answered. */
export interface PresentMessage {
  readonly type: "filesync:present"
  readonly storeFolder: string
}

/**
 * The script tag's files lie on another origin, and this is the full URL of its `shared-worker.js`: the worker answers
 * {@link sharedWorkerPath} with one line that imports it, until it is stopped. Answered over the port.
 */
export interface SharedWorkerMessage {
  readonly type: "filesync:shared-worker"
  readonly url: string
}

/** Everything a page may send to the worker; what is answered comes with one `MessagePort` for it. */
export type MessageToWorker =
  | ConfigureMessage
  | ForgetMessage
  | ClaimMessage
  | HelloMessage
  | PresentMessage
  | SharedWorkerMessage

/** The worker's answer to every message of a page. */
export interface WorkerAnswer {
  /** `false` = it could not be written down. */
  readonly isDone: boolean
  readonly protocolVersion: number
  /** It answers {@link sharedWorkerPath}. */
  readonly sharedWorker: boolean
}

/** Sent by the worker to every window: a page requested this content and it is not on this device. */
export interface WantMessage {
  readonly type: "filesync:want"
  readonly storeFolder: string
  readonly contentHash: string
}

/**
 * Bytes of a running download that can be read already, from a file in the store's `tmp` folder in OPFS.
 * Bytes before `writtenBytes` must never change again; they are shown to media players before they are verified.
 */
export interface ArrivingBytes {
  /** Name in `livestore-filesync-files/<storeFolder>/tmp/`, without any slash. */
  readonly fileName: string
  readonly writtenBytes: number
  readonly totalBytes: number
}

/**
 * What a page answers over the port that came with a {@link WantMessage}: `accepted` at once, then any number of
 * `arriving`, then one of `ready`, `failed` and `unknown` (no such file, or no engine after all).
 * A page that does not answer within the worker's time-out counts as having no engine.
 */
export type WantAnswer =
  | { readonly type: "unknown" }
  | { readonly type: "accepted" }
  | ({ readonly type: "arriving" } & ArrivingBytes)
  /** Verified and at its place in OPFS. */
  | { readonly type: "ready" }
  /** `NotFound` becomes 404; every other reason 503. */
  | { readonly type: "failed"; readonly reason: string }
