/** The parts of a service worker's world that this program uses; TypeScript's page and worker libraries exclude each other. */

export interface ExtendableEventLike {
  waitUntil(promise: Promise<unknown>): void
}

export interface FetchEventLike extends ExtendableEventLike {
  readonly request: Request
  readonly clientId: string
  respondWith(answer: Response | Promise<Response>): void
}

export interface SyncEventLike extends ExtendableEventLike {
  readonly tag: string
}

export interface MessageEventLike extends ExtendableEventLike {
  readonly data: unknown
  /** Who sent it: to TypeScript's worker library a client, a worker or a port; our own messages come from windows. */
  readonly source: object | null
  readonly ports: ReadonlyArray<MessagePort>
}

/** One rule of static routing: decided by the browser without starting the worker. */
export interface StaticRoute {
  readonly condition: { readonly urlPattern: { readonly pathname?: string; readonly protocol?: string } }
  readonly source: "network" | "fetch-event"
}

export interface InstallEventLike extends ExtendableEventLike {
  addRoutes?(routes: ReadonlyArray<StaticRoute>): Promise<void>
}

export interface WindowClientLike {
  readonly id: string
  postMessage(message: unknown, transfer: ReadonlyArray<Transferable>): void
}

export interface ClientsLike {
  matchAll(options: {
    readonly type: "window"
    readonly includeUncontrolled: boolean
  }): Promise<ReadonlyArray<WindowClientLike>>
  get(id: string): Promise<WindowClientLike | undefined>
  claim(): Promise<void>
}

/** The type of `self` in a service worker. */
export interface WorkerScope {
  readonly clients: ClientsLike
  readonly location: { readonly href: string; readonly origin: string }
  skipWaiting(): Promise<void>
  addEventListener(type: "install", listener: (event: InstallEventLike) => void): void
  addEventListener(type: "activate", listener: (event: ExtendableEventLike) => void): void
  addEventListener(type: "sync", listener: (event: SyncEventLike) => void): void
  addEventListener(type: "message", listener: (event: MessageEventLike) => void): void
  addEventListener(type: "fetch", listener: (event: FetchEventLike) => void): void
}

/** The type of `self` in a classic service worker, which is not a module. */
export interface ClassicWorkerScope extends WorkerScope {
  /** Present where the browser has Background Sync. */
  readonly SyncManager?: unknown
  /** Throws when the script cannot be loaded. */
  importScripts(url: string): void
}

/** The running service worker. */
export const scope = (): WorkerScope => globalThis as unknown as WorkerScope
