/** What the worker that leads a LiveStore store reports to the pages of this store. */
export type LeaderEvent =
  /** LiveStore has stopped syncing with the backend in this worker, for this reason; a new worker continues. */
  | { readonly type: "stopped"; readonly reason: string }
  /** The repairs that were made before LiveStore started, as text for a log. */
  | { readonly type: "healed"; readonly repairs: string }
  /** LiveStore's storage could not be used, for this reason, and is rebuilt; `unsynced` could still be read from it. */
  | { readonly type: "reset"; readonly reason: string; readonly unsynced: ReadonlyArray<ResetEvent> }

/** An event of this device that LiveStore's sync backend had not confirmed. */
export interface ResetEvent {
  readonly name: string
  readonly args: unknown
}

const channelOf = (storeId: string): string => `livestore-filesync:${storeId}:leader`

/** Sends an event to every page of this store, in this browser. */
export const postLeaderEvent = (storeId: string, news: LeaderEvent): void => {
  // Without channels there are no pages that could receive it.
  if (globalThis.BroadcastChannel === undefined) return
  const channel = new BroadcastChannel(channelOf(storeId))
  channel.postMessage(news)
  channel.close()
}

/** Calls `listener` with the worker's events, until the returned function is called. */
export const watchLeaderEvents = (storeId: string, listener: (news: LeaderEvent) => void): (() => void) => {
  if (globalThis.BroadcastChannel === undefined) return () => undefined
  const channel = new BroadcastChannel(channelOf(storeId))
  channel.onmessage = ({ data }: MessageEvent<LeaderEvent>) => listener(data)
  return () => channel.close()
}
