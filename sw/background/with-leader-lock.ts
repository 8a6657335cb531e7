/** Longest wait for the lock: a page that is closing still holds it for a moment. */
const patienceMs = 10_000

/** How often it is checked whether a page wants the lock; the page waits this long at most. */
const lookEveryMs = 250

/**
 * Runs `work` while it holds the leader lock of this store. `signal` aborts as soon as a page wants the lock.
 * `undefined` when a page holds it.
 */
export const withLeaderLock = async <Result>(
  storeFolder: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> => {
  const name = `livestore-filesync:${decodeURIComponent(storeFolder)}`
  const waiting = { signal: AbortSignal.timeout(patienceMs) }
  const held = navigator.locks.request(name, waiting, async () => {
    const stop = new AbortController()
    const look = setInterval(async () => {
      const { pending } = await navigator.locks.query()
      if (pending?.some((request) => request.name === name)) stop.abort()
    }, lookEveryMs)
    return work(stop.signal).finally(() => clearInterval(look))
  })
  return held.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "TimeoutError") return undefined
    throw error
  })
}
