import { makePersistedAdapter, makeSingleTabAdapter } from "@livestore/adapter-web"
import { createStorePromise } from "@livestore/livestore"
import { Effect } from "effect"
import { setFileSyncDelay } from "../client/global-client.js"
import type { AttachedStore } from "../services/file-records/attached-store.js"
import { fileSyncSchema } from "../schema/index.js"
import { watchLeaderEvents } from "../utils/leader-events.js"
import { RecoveryFlag } from "./recovery-flag.js"
import { withReleasableLeaderLock } from "./leader-lock.js"
import type { EngineOptions } from "./network-switch.js"
import type { StoreProgress } from "../livestore/store-stall.js"
import { reportRecovery } from "./report-recovery.js"
import { WorkerStarter } from "./workers.js"

/** A store whose worker does not answer hangs for ever. A cold start takes 1 s on two idle cores; 8 to 32 s were seen on busy ones. */
const bootTimeoutMs = 30_000

/** No start takes longer than this on a device that can still be used. */
const longestTimeoutMs = 120_000

class StartTimeout extends Error {
  override readonly name = "StartTimeout"
}

/** Time-out for a store that was open on this page before: its scripts are loaded, and a worker waits at most 5 s for file locks. */
export const reopenTimeoutMs = 15_000

/** Longest wait for a store to shut down: one that has stalled may not answer that either. */
const closeTimeoutMs = 2_000

/** A store that is open in this tab. */
export interface OpenStore {
  readonly store: AttachedStore & { readonly syncStatus: () => StoreProgress }
  /** Whether LiveStore's storage was reset, so that everything is received again from the backend. */
  readonly wasReset: boolean
  /** Closes it and ends its workers, also when it no longer answers. */
  readonly close: () => Promise<void>
}

/**
 * Opens the LiveStore store of the page; `shared` is the URL of the worker it shares with other tabs, if it can. One that
 * does not open is tried once more, in the way that heals what LiveStore can heal; one that does not answer in time is
 * tried until it does, each time with more patience.
 */
export const openStore = async (
  options: EngineOptions,
  shared: string | undefined,
  timeoutMs = bootTimeoutMs,
): Promise<OpenStore> => {
  let wasReset = false
  const unwatch = watchLeaderEvents(options.storeId, (news) => {
    wasReset ||= news.type === "reset"
    reportRecovery(options.storeId, news)
  })
  try {
    return { ...(await openInSomeWay(options, shared, timeoutMs)), wasReset }
  } finally {
    unwatch()
  }
}

type Opened = Omit<OpenStore, "wasReset">

const openInSomeWay = async (
  options: EngineOptions,
  shared: string | undefined,
  timeoutMs: number,
): Promise<Opened> => {
  const mark = new RecoveryFlag(options.storeId)
  for (let patienceMs = timeoutMs; ; patienceMs = Math.min(2 * patienceMs, longestTimeoutMs)) {
    const isHealing = mark.isSet || patienceMs > timeoutMs
    try {
      const open = await openOnce(options, shared, isHealing, patienceMs)
      mark.clear()
      return open
    } catch (cause) {
      // What is left of a start that hung may be in the way on this page; the next page begins by healing.
      mark.set()
      if (!isHealing) continue
      setFileSyncDelay("failed")
      // A device that is busy for a while may need longer still, and nothing else is wrong.
      if (!(cause instanceof StartTimeout)) throw cause
      Effect.runSync(Effect.logWarning("LiveStore is started again", cause.message))
    }
  }
}

const openOnce = async (
  options: EngineOptions,
  shared: string | undefined,
  isHealing: boolean,
  timeoutMs: number,
): Promise<Opened> => {
  const workers = new WorkerStarter()
  const common = {
    storage: { type: "opfs" },
    worker: ({ name }: { readonly name: string }) => workers.start(leaderUrl(options, isHealing), name),
    // Else the page reads the state before the worker has looked at it: half of a write, or what the worker then repairs.
    experimental: { disableFastPath: true },
  } as const
  const adapter =
    shared === undefined
      ? makeSingleTabAdapter(common)
      : makePersistedAdapter({ ...common, sharedWorker: ({ name }) => workers.share(shared, name) })
  const ending = new AbortController()
  const { opened, release } = withReleasableLeaderLock(options.storeId, () =>
    createStorePromise({
      schema: fileSyncSchema,
      adapter,
      storeId: options.storeId,
      signal: ending.signal,
    }),
  )
  const end = (): void => {
    workers.end()
    release()
  }
  const late = after(timeoutMs, () => {
    throw new StartTimeout(`The store did not start within ${timeoutMs} ms`)
  })
  try {
    const store = await Promise.race([opened, workers.failed, late.promise])
    const close = async (): Promise<void> => {
      const enough = after(closeTimeoutMs, () => undefined)
      await Promise.race([store.shutdownPromise().catch(() => undefined), enough.promise])
      enough.cancel()
      end()
    }
    return { store, close }
  } catch (cause) {
    ending.abort()
    // Nothing awaits it any more, and it may still fail.
    opened.catch(() => undefined)
    end()
    throw cause
  } finally {
    late.cancel()
  }
}

/** Runs `then` after a time unless it is cancelled before. */
const after = <A>(
  timeMs: number,
  then: () => A,
): { readonly promise: Promise<A>; readonly cancel: () => void } => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const promise = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeMs)
  }).then(then)
  return { promise, cancel: () => clearTimeout(timer) }
}

const leaderUrl = ({ base, storeId, sync, getToken, network }: EngineOptions, isHealing: boolean): string => {
  const url = new URL("livestore-worker.js", base)
  url.searchParams.set("store", storeId)
  if (isHealing) url.searchParams.set("check", "thorough")
  if (sync !== undefined) url.searchParams.set("sync", sync.replace(/^http/, "ws"))
  // The token itself must not be in an address that servers log.
  if (getToken !== undefined) url.searchParams.set("token", "page")
  if (network !== undefined) url.searchParams.set("network", network.isOff() ? "off" : "on")
  return url.href
}
