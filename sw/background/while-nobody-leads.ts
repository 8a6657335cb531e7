/** A page that is being closed still holds its lock for a moment. Our choice. */
const patienceMs = 10_000

/** How often we look whether a page wants the lock; a start waits this long at most. Our choice. */
const lookEveryMs = 250

/**
 * Runs `work` as the one that transfers for this store. `signal` aborts as soon as a page wants to. `undefined` when a
 * page does.
 */
export const whileNobodyLeads = async <Result>(
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
