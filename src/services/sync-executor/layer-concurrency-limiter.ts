import { Cause, type Clock, Effect, Exit, Layer, Option } from "effect"
import { adaptLimit, beginLimit, type Seen } from "./adapt-limit.js"
import { ConcurrencyLimiter } from "./ConcurrencyLimiter.js"
import { isCongestion } from "./retry-policy.js"
import type { SyncExecutorConfig } from "./SyncExecutor.js"
import type { QueueName } from "./transfer-table.js"

type Bounds = Partial<Pick<SyncExecutorConfig, "maxConcurrentUploads" | "maxConcurrentDownloads">>

/**
 * Files at once in the beginning: what a browser's six connections to a host can carry in both directions. Six send 40
 * files of 2 MB in 0.83 of the time when the server is 20 ms away and fast, in 0.93 to 1.03 when it is near or slow
 * (measured), and leave no connection for anything else.
 */
const beginFiles = 4

/** Files at once at the most: a browser opens six connections to a host over HTTP/1.1, more would wait inside it. */
const defaultMaxFiles = 6

/** Concurrent batch requests: four reached 13,500 files a second (measured), and each further one takes memory. */
export const maxSharedRequests = 4

/** How long throughput is measured before the limit changes: a few parts or round trips of an ordinary connection. */
const windowMs = 2000

/** Requests that send less are not timed: they measure the latency, not the throughput. */
const leastTimedBytes = 1024 * 1024

/** Weight of the latest request in the moving average: half, so that three requests replace an old network's. */
const latestWeight = 0.5

const makeQueue = (clock: Clock.Clock, max: number, onRaised: () => void) => {
  const begin = beginLimit(Math.min(beginFiles, max))
  let state = begin
  let running = 0
  let window: { readonly sinceMs: number; bytes: number } | null = null
  let congestedAtMs = Number.NEGATIVE_INFINITY

  const see = (seen: Seen): void => {
    const before = state.limit
    state = adaptLimit(state, seen, max)
    window = null
    if (state.limit > before) onRaised()
  }
  return {
    limit: () => Math.min(max, state.limit),
    begin: (): number => {
      running++
      return clock.unsafeCurrentTimeMillis()
    },
    end: (begunAtMs: number, hadCongestion: boolean): void => {
      running--
      // A transfer that started before the limit was halved fails from the same congestion, which was counted already.
      if (!hadCongestion || begunAtMs < congestedAtMs) return
      see("congestion")
      congestedAtMs = clock.unsafeCurrentTimeMillis()
    },
    moved: (bytes: number): void => {
      const now = clock.unsafeCurrentTimeMillis()
      const lastsMs = window === null ? 0 : now - window.sinceMs
      // A window with a free slot was not held back by the limit; one with a pause measures nothing.
      if (running < state.limit || lastsMs > 2 * windowMs) window = null
      else if (window === null) window = { sinceMs: now, bytes: 0 }
      else {
        window.bytes += bytes
        if (lastsMs >= windowMs) see({ rate: window.bytes / lastsMs })
      }
    },
    forget: (): void => {
      state = begin
      window = null
      congestedAtMs = Number.NEGATIVE_INFINITY
    },
  }
}

/** The concurrency limiter of one engine; `options` are its bounds. */
export const layerConcurrencyLimiter = ({
  maxConcurrentUploads = defaultMaxFiles,
  maxConcurrentDownloads = defaultMaxFiles,
}: Bounds = {}) =>
  Layer.effect(
    ConcurrencyLimiter,
    Effect.map(Effect.clock, (clock) => {
      const listeners = new Set<() => void>()
      const onRaised = (): void => {
        for (const listener of listeners) listener()
      }
      const queues: Readonly<Record<QueueName, ReturnType<typeof makeQueue>>> = {
        "upload-large": makeQueue(clock, maxConcurrentUploads, onRaised),
        "download-large": makeQueue(clock, maxConcurrentDownloads, onRaised),
        "upload-small": makeQueue(clock, maxSharedRequests, onRaised),
        "download-small": makeQueue(clock, maxSharedRequests, onRaised),
      }
      let sentPerMs: number | null = null

      return ConcurrencyLimiter.of({
        limit: (queue) => queues[queue].limit(),
        during: (queue) => (transfer) =>
          Effect.acquireUseRelease(
            Effect.sync(() => queues[queue].begin()),
            () => transfer,
            (begunAtMs, exit) =>
              Effect.sync(() => {
                const failure = Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none()
                queues[queue].end(begunAtMs, Option.isSome(failure) && isCongestion(failure.value.reason))
              }),
          ),
        meter: (queue, beginBytes = 0) => {
          let before = beginBytes
          return (loadedBytes) => {
            // Third-party adapters may misreport: ignores what is not a number or goes back.
            if (!(loadedBytes > before)) return
            queues[queue].moved(loadedBytes - before)
            before = loadedBytes
          }
        },
        timed: (sizeBytes) => (request) =>
          Effect.suspend(() => {
            const begunAtMs = clock.unsafeCurrentTimeMillis()
            return Effect.tap(request, () =>
              Effect.sync(() => {
                if (sizeBytes < leastTimedBytes) return
                const latest = sizeBytes / Math.max(1, clock.unsafeCurrentTimeMillis() - begunAtMs)
                sentPerMs = sentPerMs === null ? latest : sentPerMs + latestWeight * (latest - sentPerMs)
              }),
            )
          }),
        sentPerMs: () => sentPerMs,
        forget: () => {
          for (const queue of Object.values(queues)) queue.forget()
          sentPerMs = null
        },
        onRaised: (listener) =>
          Effect.acquireRelease(
            Effect.sync(() => void listeners.add(listener)),
            () => Effect.sync(() => void listeners.delete(listener)),
          ),
      })
    }),
  )
