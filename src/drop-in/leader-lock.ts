/**
 * Runs `open`, and returns with its result what gives LiveStore's leader lock back.
 *
 * LiveStore 0.4.0 keeps this lock for as long as the page lives when a start is given up before its worker has answered,
 * or when a store no longer shuts down: then no tab can lead this store again. So its requests during `open` are wrapped,
 * and each ends with `release` at the latest. `docs/upstream/livestore-leader-lock.md` is the report.
 */
export const withReleasableLeaderLock = <A>(
  storeId: string,
  open: () => Promise<A>,
): { readonly opened: Promise<A>; readonly release: () => void } => {
  const { locks } = navigator
  const request = locks.request.bind(locks) as (...args: readonly unknown[]) => Promise<unknown>
  let isReleased = false
  let wake: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    wake = resolve
  })
  const untilReleased =
    (granted: LockGrantedCallback<unknown>): LockGrantedCallback<unknown> =>
    (lock) => {
      if (lock === null) return granted(lock)
      return isReleased ? undefined : Promise.race([granted(lock), released])
    }
  const requestReleasable = (name: string, ...rest: readonly unknown[]): Promise<unknown> =>
    name === `livestore-tab-lock-${storeId}`
      ? request(name, ...rest.slice(0, -1), untilReleased(rest.at(-1) as LockGrantedCallback<unknown>))
      : request(name, ...rest)
  Object.defineProperty(locks, "request", { value: requestReleasable, configurable: true })
  const unwrap = (): void => {
    if (locks.request === requestReleasable) Reflect.deleteProperty(locks, "request")
  }
  const release = (): void => {
    unwrap()
    isReleased = true
    wake()
  }
  return { opened: open().finally(unwrap), release }
}
