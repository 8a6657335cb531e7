import { lookEveryMs, StallCount, type StoreProgress } from "../utils/stall-count.js"

export type { StoreProgress }

/**
 * Resolves when the worker that leads this store no longer confirms anything: it crashed, or the hand-over from a tab
 * that closed went wrong, after which LiveStore 0.4.0 waits for ever and shows this tab nothing new. Looks every five
 * seconds, and resolves after three looks without progress, or when the store was shut down. `signal` ends the watch:
 * the promise then never settles.
 */
export const untilStalled = (
  store: { readonly syncStatus: () => StoreProgress },
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
    const timer = setInterval(() => {
      if (!isStalled()) return
      clearInterval(timer)
      resolve()
    }, lookEveryMs)
    signal?.addEventListener("abort", () => clearInterval(timer), { once: true })
  })
