import { Clock, Effect, type Schedule, ScheduleDecision, ScheduleIntervals } from "effect"

/** Each transfer's own place in the retry schedule. */
export interface RetryClock {
  /** Milliseconds to the next try, at least `leastMs`; `null` when the schedule is done. */
  readonly nextDelay: (key: string, leastMs: number) => Effect.Effect<number | null>
  /** Starts the schedule over for a transfer. */
  readonly forget: (key: string) => void
  readonly forgetAll: () => void
}

/** Steps the schedule by hand, so that the time of the next try is known before it comes. */
export const makeRetryClock = (schedule: Schedule.Schedule<unknown>): RetryClock => {
  const states = new Map<string, unknown>()
  return {
    nextDelay: (key, leastMs) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const [next, , decision] = yield* schedule.step(now, undefined, states.get(key) ?? schedule.initial)
        if (ScheduleDecision.isDone(decision)) return null
        states.set(key, next)
        return Math.max(ScheduleIntervals.start(decision.intervals) - now, leastMs, 0)
      }),
    forget: (key) => void states.delete(key),
    forgetAll: () => states.clear(),
  }
}
