import { watchLeaderEvents } from "../utils/leader-events.js"
import { lookEveryMs, StallCount, type StoreProgress } from "../utils/stall-count.js"

export type { StoreProgress }

/** The members of a LiveStore store that are watched. */
export interface WatchedStore {
  readonly syncStatus: () => StoreProgress
  /** Names the store whose worker may say that it has stopped. */
  readonly storeId?: string
}

/**
 * Resolves when the worker that leads this store no longer confirms anything: it crashed, or the hand-over from a tab
 * that closed went wrong, after which LiveStore 0.4.0 waits for ever and shows this tab nothing new. Checks every five
 * seconds, and resolves after three checks without progress, when the store was shut down, or when the worker itself,
 * made with `steadySync`, says that LiveStore has stopped syncing. `signal` ends the watch: the promise then never
 * settles.
 */
export const untilStalled = (
  store: WatchedStore,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> =>
  new Promise((resolve) => {
    const count = new StallCount()
    const isStalled = (): boolean => {
      try {
        return count.look(store.syncStatus())
      } catch {
        // LiveStore has shut it down, as it does at an error of its own.
        return true
      }
    }
    const end = (): void => {
      clearInterval(timer)
      unwatch()
    }
    const stop = (): void => {
      end()
      resolve()
    }
    const timer = setInterval(() => isStalled() && stop(), lookEveryMs)
    const unwatch =
      store.storeId === undefined
        ? () => undefined
        : watchLeaderEvents(store.storeId, ({ type }) => type === "stopped" && stop())
    signal?.addEventListener("abort", end, { once: true })
  })
