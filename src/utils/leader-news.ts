/** What the worker that leads a LiveStore store says to the pages of this store. */
export interface LeaderNews {
  /** LiveStore has stopped syncing with the backend in this worker, for this reason; another start of it goes on. */
  readonly stopped: string
}

const channelOf = (storeId: string): string => `livestore-filesync:${storeId}:leader`

/** Says it to every page of this store, in this browser. */
export const postLeaderNews = (storeId: string, news: LeaderNews): void => {
  // No channel, no pages that could hear it.
  if (globalThis.BroadcastChannel === undefined) return
  const channel = new BroadcastChannel(channelOf(storeId))
  channel.postMessage(news)
  channel.close()
}

/** Calls `listener` with what the worker says, until the returned function is called. */
export const watchLeaderNews = (storeId: string, listener: (news: LeaderNews) => void): (() => void) => {
  if (globalThis.BroadcastChannel === undefined) return () => undefined
  const channel = new BroadcastChannel(channelOf(storeId))
  channel.onmessage = ({ data }: MessageEvent<LeaderNews>) => listener(data)
  return () => channel.close()
}
