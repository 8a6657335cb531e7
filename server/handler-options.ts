import type { ServedFile } from "../src/utils/serving-headers.js"
import type { AccessDecision } from "./access.js"
import type { CorsOptions } from "./cors.js"
import type { ObjectStorage } from "./object-storage.js"
import type { Operation } from "./route.js"

/** Bounds on what one request may ask. */
export interface HandlerLimits {
  /** Bytes of one object, however it is sent. Default 50 GiB. */
  readonly maxObjectBytes: number
  /** Bytes of one `PUT`, whole file or part. Default 5 GiB, what R2 and S3 take at once. */
  readonly maxBodyBytes: number
  /** Bytes of every part but the last. Default 64 KiB; S3 itself wants 5 MiB. */
  readonly minPartBytes: number
  /** Parts of one upload. Default 10,000, as in S3. On Workers stay below 900: each part is a subrequest. */
  readonly maxParts: number
  /** Members of one batch. Default 1,000. */
  readonly maxBatchFiles: number
  /** Bytes of all members of a batch together. Default 32 MiB. */
  readonly maxBatchBytes: number
  /** Bytes of one member; it is held in memory. Default 4 MiB. */
  readonly maxBatchMemberBytes: number
  /** Bytes of all header names and values together. Default 16 KiB. */
  readonly maxHeaderBytes: number
}

/** The limits of a handler that was given none. */
export const defaultLimits: HandlerLimits = {
  maxObjectBytes: 50 * 1024 ** 3,
  maxBodyBytes: 5 * 1024 ** 3,
  minPartBytes: 64 * 1024,
  maxParts: 10_000,
  maxBatchFiles: 1_000,
  maxBatchBytes: 32 * 1024 ** 2,
  maxBatchMemberBytes: 4 * 1024 ** 2,
  maxHeaderBytes: 16 * 1024,
}

/** One line of the request log. It holds no header, no query and no token. */
export interface RequestLogEntry {
  readonly time: string
  readonly requestId: string
  readonly method: string
  readonly operation: Operation | "unknown" | "preflight"
  readonly key: string | undefined
  readonly status: number
  /** Why it was refused, when it was. */
  readonly reason: string | undefined
  /** Until the answer's headers were ready. */
  readonly durationMs: number
  readonly storage: string
  /** Set when the answer is 500 or more: what was thrown. */
  readonly error: unknown
}

/** Options of `createFileSyncHandler`. */
export interface FileSyncHandlerOptions extends CorsOptions {
  readonly storage: ObjectStorage
  /**
   * Who may do what. Called once for every request but health and preflights, with a request that has no body.
   * There is no default, so that forgetting it does not open a bucket to everyone; `allowAll` is there for loopback.
   */
  readonly authorize: (
    request: Request,
    facts: { readonly operation: Operation },
  ) => AccessDecision | Promise<AccessDecision>
  /** Path under which the protocol is served, such as `/api`. Default `""`. */
  readonly basePath?: string
  readonly limits?: Partial<HandlerLimits>
  /** Which keys exist at all, among those of `isPlainKey` and `isContentKey`. Default: `isContentKey`. */
  readonly isKey?: (key: string) => boolean
  /**
   * Called once for every request but health and preflights, before `authorize`, so that guessing tokens is limited too;
   * a number refuses the request until that many milliseconds have passed.
   */
  readonly rateLimit?: (
    request: Request,
    facts: { readonly operation: Operation },
  ) => number | undefined | Promise<number | undefined>
  /** Called once for every request. What it throws is ignored. */
  readonly log?: (entry: RequestLogEntry) => void
  /**
   * Which pages may embed a file without CORS, as `<img>` does (`Cross-Origin-Resource-Policy`). Default `"same-origin"`;
   * `"same-site"` suits a backend on a sibling domain, `"cross-origin"` lets any page draw what it may read.
   */
  readonly resourcePolicy?: NonNullable<ServedFile["resourcePolicy"]>
  /**
   * Whether a live record refers to the content at a key. Asked before content is erased for good
   * (`DELETE /files/{key}?erase`), which is refused with `409 InUse` then, and with `503` when this throws. Default: the
   * server cannot know, and erases.
   */
  readonly inUse?: (key: string) => Promise<boolean>
  /** How long presigned URLs work, in seconds. Default 900. */
  readonly signedUrlSeconds?: number
  /**
   * Secret of at least 16 characters with which links are signed (`POST /share`), so that one file can be shown or sent
   * without a token. Default none: then only a store with URLs of its own (S3) makes links.
   */
  readonly shareSecret?: string
  /** How long an unfinished multipart upload is kept, in ms. Default 7 days; `collectGarbage` removes it. */
  readonly uploadLifetimeMs?: number
}

/** Seven days: a laptop closed over a long weekend resumes. */
export const defaultUploadLifetimeMs = 7 * 24 * 3600 * 1000
