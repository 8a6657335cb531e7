import { makePersistedAdapter, makeSingleTabAdapter } from "@livestore/adapter-web"
import { createStorePromise } from "@livestore/livestore"
import { Effect, Either } from "effect"
import { setFileSyncDelay } from "../client/global-client.js"
import type { AttachedStore } from "../services/file-records/attached-store.js"
import { fileSyncSchema } from "../schema/index.js"
import { watchLeaderEvents } from "../utils/leader-events.js"
import { RecoveryFlag } from "./recovery-flag.js"
import { withReleasableLeaderLock } from "./leader-lock.js"
import type { EngineOptions } from "./network-switch.js"
import type { StoreProgress } from "../livestore/store-stall.js"
import { reportRecovery } from "./report-recovery.js"
import { startPatiently } from "./start-patiently.js"
import { WorkerStarter } from "./workers.js"

/** A store whose worker does not answer hangs for ever. A cold start takes 1 s on two idle cores; 8 to 32 s were seen on busy ones. */
const bootTimeoutMs = 30_000

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
 * Opens the LiveStore store of the page; `shared` is the URL of the worker it shares with other tabs, if it can. A
 * store that does not open is tried once more with a recovery start; one that does not answer in time is tried until it
 * does, each time with a longer time-out.
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
  const starting = startPatiently(({ isHealing }) => openOnce(options, shared, isHealing), {
    timeoutMs,
    flag: new RecoveryFlag(options.storeId),
    onFailed: () => setFileSyncDelay("failed"),
  })
  const result = await Effect.runPromise(Effect.either(starting))
  if (Either.isLeft(result)) throw result.left
  return result.right
}

const openOnce = (
  options: EngineOptions,
  shared: string | undefined,
  isHealing: boolean,
): Effect.Effect<Opened, unknown> =>
  Effect.suspend(() => {
    const workers = new WorkerStarter()
    const common = {
      storage: { type: "opfs" },
      worker: ({ name }: { readonly name: string }) => workers.start(leaderUrl(options, isHealing), name),
      // Otherwise the page reads the state before the worker has checked it: half of a write, or what the worker then
      // repairs.
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
    const giveUp = Effect.sync(() => {
      ending.abort()
      // Its result is not used any more, and it may still fail.
      opened.catch(() => undefined)
      end()
    })
    return Effect.tryPromise({
      try: () => Promise.race([opened, workers.failed]),
      catch: (cause) => cause,
    }).pipe(
      Effect.map((store) => ({ store, close: () => closeStore(store).finally(end) })),
      Effect.onError(() => giveUp),
    )
  })

const closeStore = async (store: { readonly shutdownPromise: () => Promise<void> }): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeTimeoutMs)
  })
  await Promise.race([store.shutdownPromise().catch(() => undefined), enough])
  clearTimeout(timer)
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
