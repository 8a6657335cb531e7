/** The worker's request for a token; `refused` is one that opened no connection, so that another one is needed. */
export interface TokenQuestion {
  readonly question: string
  readonly refused: string | undefined
}

/** What a page answers; without a token when it has none. */
export interface TokenAnswer {
  readonly answer: string
  readonly token: string | undefined
}

/**
 * The channel by which the worker that syncs a store asks the store's pages for a token. A channel, because LiveStore
 * takes every message that is posted to the worker itself.
 */
export const openTokenChannel = (storeId: string): BroadcastChannel =>
  new BroadcastChannel(`livestore-filesync:${storeId}:token`)
