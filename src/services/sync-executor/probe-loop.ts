import { Clock, Effect } from "effect"
import type { DownloadError } from "../../errors/index.js"
import type { ConnectionFacts } from "./SyncExecutor.js"

/** Longest delay between two health probes: it is one small request from one tab. */
const maxDelayMs = 15_000

/** A remote that is assumed to answer. */
export const reachable: ConnectionFacts = { failure: null, nextProbeAt: null }

/** Asks the remote until it answers, after a second, two, four, at most 15; every failure is reported with the time of the next probe. */
export const probeLoop = (
  checkHealth: Effect.Effect<void, DownloadError>,
  onFailure: (facts: ConnectionFacts) => void,
): Effect.Effect<void> => {
  const from = (delayMs: number): Effect.Effect<void> =>
    Effect.catchAll(checkHealth, ({ reason }) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        onFailure({ failure: reason, nextProbeAt: now + delayMs })
        yield* Effect.sleep(delayMs)
        yield* from(Math.min(2 * delayMs, maxDelayMs))
      }),
    )
  return from(1_000)
}
