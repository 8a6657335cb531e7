import { Effect } from "effect"
import type { RecoveryFlag } from "./recovery-flag.js"

/** No start takes longer than this on a device that can still be used. */
const longestTimeoutMs = 120_000

/** A start that did not answer in time. */
class StartTimeout extends Error {
  override readonly name = "StartTimeout"
}

/** One try of a start. */
export interface StartTry {
  /** Whether it is to look closer at what is stored, and to heal what can be healed. */
  readonly isHealing: boolean
}

/**
 * Tries `start` once, and when that fails once more as a recovery start. A try that does not answer within `timeoutMs`
 * is interrupted and repeated, each time with twice the time-out. `flag` lets the next page know that a start failed;
 * `onFailed` is called when the recovery start has failed. Fails with the failure of a recovery start.
 */
export const startPatiently = <A>(
  start: (attempt: StartTry) => Effect.Effect<A, unknown>,
  {
    timeoutMs,
    flag,
    onFailed,
  }: {
    readonly timeoutMs: number
    readonly flag: Pick<RecoveryFlag, "isSet" | "set" | "clear">
    readonly onFailed: () => void
  },
): Effect.Effect<A, unknown> => {
  const tryFor = (patienceMs: number): Effect.Effect<A, unknown> => {
    const isHealing = flag.isSet || patienceMs > timeoutMs
    const late = (): unknown => new StartTimeout(`The store did not start within ${patienceMs} ms`)
    return start({ isHealing }).pipe(
      Effect.catchAllDefect(Effect.fail),
      Effect.timeoutFail({ duration: patienceMs, onTimeout: late }),
      Effect.tap(() => Effect.sync(() => flag.clear())),
      Effect.catchAll((cause) => {
        // What is left of a start that hung may block this page; the next page begins with a recovery start.
        flag.set()
        const next = Effect.suspend(() => tryFor(Math.min(2 * patienceMs, longestTimeoutMs)))
        if (!isHealing) return next
        onFailed()
        // A device that is busy for a while may need longer still, and nothing else is wrong.
        if (!(cause instanceof StartTimeout)) return Effect.fail(cause)
        return Effect.zipRight(
          Effect.logWarning("LiveStore did not start in time and is started again", cause.message),
          next,
        )
      }),
    )
  }
  return Effect.suspend(() => tryFor(timeoutMs))
}
