/** What the worker asks: a token, and another one than that which did not open a connection. */
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
 * Where the worker that syncs a store asks the store's pages for a token. It runs in one of them, and LiveStore listens to
 * all that is sent to the worker itself.
 */
export const openTokenChannel = (storeId: string): BroadcastChannel =>
  new BroadcastChannel(`livestore-filesync:${storeId}:token`)
