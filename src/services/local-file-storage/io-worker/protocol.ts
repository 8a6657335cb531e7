import type { SpaceBeside } from "../LocalFileStorage.js"

/** Requests the page sends to the I/O worker, by name. Blobs and buffers cross without a copy where the browser can. */
export interface IoRequests {
  /** Copies a picked file into the store, hashed on the way. */
  ingest: { readonly request: { readonly file: Blob }; readonly answer: IngestAnswer }
  hash: { readonly request: { readonly file: Blob }; readonly answer: { readonly contentHash: string } }
  /** Opens (or goes on with) the unfinished bytes of a download. */
  receiveOpen: {
    readonly request: { readonly contentHash: string }
    readonly answer: { readonly receiverId: number; readonly offset: number }
  }
  receiveChunk: {
    readonly request: { readonly receiverId: number; readonly bytes: Uint8Array<ArrayBuffer> }
    /** The buffer comes back, to be filled again. */
    readonly answer: { readonly buffer: ArrayBuffer }
  }
  /** Discards the bytes received so far: the remote sent the file from the start. */
  receiveRestart: { readonly request: { readonly receiverId: number }; readonly answer: null }
  /** Verifies and publishes; a mismatch removes the bytes. */
  receivePublish: { readonly request: { readonly receiverId: number }; readonly answer: ReceiveAnswer }
  /** Closes without publishing; what arrived stays for a later resume. */
  receiveClose: { readonly request: { readonly receiverId: number }; readonly answer: null }
  /** Stores bytes that are in memory, if they have this hash. */
  storeVerified: {
    readonly request: { readonly contentHash: string; readonly bytes: Uint8Array<ArrayBuffer> }
    readonly answer: ReceiveAnswer
  }
  remove: { readonly request: { readonly contentHash: string }; readonly answer: null }
  exists: {
    readonly request: { readonly contentHashes: ReadonlyArray<string> }
    readonly answer: { readonly present: ReadonlyArray<boolean> }
  }
  list: { readonly request: null; readonly answer: { readonly contentHashes: ReadonlyArray<string> } }
  /** Adds up what is stored beside contents. */
  spaceBeside: { readonly request: null; readonly answer: SpaceBeside }
  /** Hashes what is stored under a hash. */
  verify: {
    readonly request: { readonly contentHash: string }
    readonly answer: { readonly actualHash: string }
  }
  /** Removes unfinished bytes that no running transfer owns. */
  sweepUnfinished: { readonly request: { readonly keep: ReadonlyArray<string> }; readonly answer: null }
  journalAppend: {
    readonly request: { readonly journal: string; readonly lines: string }
    readonly answer: null
  }
  journalTruncate: { readonly request: { readonly journal: string }; readonly answer: null }
  journalList: { readonly request: null; readonly answer: { readonly journals: ReadonlyArray<string> } }
  journalRead: { readonly request: { readonly journal: string }; readonly answer: { readonly lines: string } }
  journalRemove: { readonly request: { readonly journal: string }; readonly answer: null }
}

/** What an ingest stored. */
export interface IngestAnswer {
  readonly contentHash: string
  readonly sizeBytes: number
  /** The content was here already; nothing was written. */
  readonly existed: boolean
}

/** What became of a finished download. */
export type ReceiveAnswer =
  | { readonly published: true; readonly sizeBytes: number }
  | { readonly published: false; readonly actualHash: string; readonly sizeBytes: number }

/** Page to worker. */
export type IoMessage =
  | { readonly type: "open"; readonly folder: string }
  | {
      readonly type: "request"
      readonly id: number
      readonly name: keyof IoRequests
      readonly request: IoRequests[keyof IoRequests]["request"]
    }
  | { readonly type: "abort"; readonly id: number }

/** A failure as data; `name` is the `DOMException` name, which decides the reason. */
export interface IoFailure {
  readonly name: string
  readonly message: string
}

/** Worker to page. */
export type IoReply =
  | { readonly type: "answer"; readonly id: number; readonly answer: IoRequests[keyof IoRequests]["answer"] }
  | { readonly type: "failure"; readonly id: number; readonly failure: IoFailure }
  | { readonly type: "progress"; readonly id: number; readonly loadedBytes: number }
