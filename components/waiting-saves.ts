/** Files that a person gave to the page and that no engine has been given yet. */
export interface WaitingSaves {
  readonly files: number
  readonly bytes: number
}

const none: WaitingSaves = { files: 0, bytes: 0 }
const byOwner = new Map<object, WaitingSaves>()
const listeners = new Set<() => void>()

/** Sets how much waits with an owner. An engine is given only a part at a time, so its own count would be too small. */
export const setWaitingSaves = (owner: object, waiting: WaitingSaves = none): void => {
  const before = byOwner.get(owner) ?? none
  if (before.files === waiting.files && before.bytes === waiting.bytes) return
  if (waiting.files === 0) byOwner.delete(owner)
  else byOwner.set(owner, waiting)
  for (const listener of listeners) listener()
}

/** What waits on the whole page. */
export const waitingSaves = (): WaitingSaves => {
  let [files, bytes] = [0, 0]
  for (const waiting of byOwner.values()) {
    files += waiting.files
    bytes += waiting.bytes
  }
  return { files, bytes }
}

/** Calls the listener when `waitingSaves` has changed. */
export const watchWaitingSaves = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
