import {
  type FileSyncClient,
  getFileSync,
  type Unsubscribe,
  watchFileSync,
} from "../src/client/global-client.js"

type EngineWatcher = (engine: FileSyncClient | undefined) => void

const watchers = new Set<EngineWatcher>()
let stopWatching: Unsubscribe | undefined

/**
 * Calls the watcher with the present engine at once and with every later one.
 * All watchers share one listener on the page, so ten thousand elements cost ten thousand set entries and no more.
 */
export const watchEngine = (watcher: EngineWatcher): Unsubscribe => {
  watchers.add(watcher)
  if (stopWatching === undefined) stopWatching = watchFileSync(notifyAll)
  else watcher(getFileSync())
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    stopWatching?.()
    stopWatching = undefined
  }
}

/** How many elements follow the engine now; for tests that look for leaks. */
export const countEngineWatchers = (): number => watchers.size

const notifyAll = (engine: FileSyncClient | undefined): void => {
  for (const watcher of watchers) if (watchers.has(watcher)) watcher(engine)
}
