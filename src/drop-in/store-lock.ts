/** Options of {@link holdStore}. */
export interface HoldOptions {
  /** `true`: tabs that share a LiveStore worker hold the lock together. `false`: a tab without `SharedWorker` holds it alone. */
  readonly isShared: boolean
  /** Called when another tab holds the lock in a mode that excludes this one. */
  readonly onWait: () => void
}

/**
 * Holds the store until the page ends or the returned function is called. Tabs that do not share a worker would lose each
 * other's events, so they take turns; and one that shares waits for one that does not, as when the service worker came
 * between their starts.
 */
export const holdStore = async (storeId: string, { isShared, onWait }: HoldOptions): Promise<() => void> => {
  const name = `livestore-filesync:${storeId}:store`
  const mode = isShared ? "shared" : "exclusive"
  const release = await hold(name, { mode, ifAvailable: true })
  if (release !== undefined) return release
  onWait()
  return (await hold(name, { mode })) ?? (() => undefined)
}

/** Resolves with a function that releases the lock, or with `undefined` when the lock was not free. */
const hold = (name: string, options: LockOptions): Promise<(() => void) | undefined> =>
  new Promise((resolve, reject) => {
    navigator.locks
      .request(name, options, (lock) => {
        if (lock === null) return resolve(undefined)
        return new Promise<void>((release) => resolve(release))
      })
      .catch(reject)
  })
