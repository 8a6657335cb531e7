import type { FileSyncHandlerOptions, HandlerLimits } from "../handler-options.js"
import type { ObjectStorage } from "../object-storage.js"
import type { Permission } from "../access.js"
import type { Operation, Route } from "../route.js"

/** Everything an operation may look at. The route's own key has already been checked and permitted. */
export interface RouteContext {
  readonly request: Request
  readonly route: Route
  readonly storage: ObjectStorage
  readonly limits: HandlerLimits
  readonly resourcePolicy: FileSyncHandlerOptions["resourcePolicy"]
  readonly signedUrlSeconds: number
  readonly shareSecret: string | undefined
  readonly inUse: FileSyncHandlerOptions["inUse"]
  readonly basePath: string
  readonly uploadLifetimeMs: number
  /** Whether the caller may do something with a key, by default this operation; for keys that come in a body. */
  readonly mayAccess: (key: string, permission?: Permission) => boolean
  readonly isKey: (key: string) => boolean
  /** Set while a link is followed: what it says the file is shown as. */
  readonly shown?: {
    readonly mimeType: string
    readonly name: string
    readonly download: boolean
    readonly maxAgeSeconds: number
  }
}

/** One function per operation of the protocol. */
export type Operations = Readonly<Record<Operation, (context: RouteContext) => Promise<Response>>>
