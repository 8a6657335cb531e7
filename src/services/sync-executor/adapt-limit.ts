/** A concurrency limit and what was measured to choose it. */
export interface LimitState {
  readonly limit: number
  /** Throughput before the limit was last raised, in bytes per millisecond; `null` = no raise is being tested. */
  readonly rateBeforeStep: number | null
  /** Measuring windows to skip before the limit is raised again. */
  readonly rest: number
}

/** Throughput of a window in which the limit was used up, in bytes per millisecond; or congestion. */
export type Seen = { readonly rate: number } | "congestion"

/** A raise that gains less than this factor is undone: a smaller gain may be noise. */
const worthwhile = 1.1

/** Windows to skip after a raise that gained nothing. Networks change in minutes, not in seconds. */
const restAfterUselessRaise = 15

/** Windows to skip after congestion, so that queues in the network can drain. */
const restAfterCongestion = 5

/** The state before the first measurement. */
export const beginLimit = (start: number): LimitState => ({ limit: start, rateBeforeStep: null, rest: 0 })

/**
 * The next limit (AIMD): one more while that raises throughput, half after congestion (as TCP does, so that devices that
 * share a connection all yield), never less than one, never more than `max`.
 */
export const adaptLimit = (state: LimitState, seen: Seen, max: number): LimitState => {
  const { limit, rateBeforeStep, rest } = state
  if (seen === "congestion") {
    return { limit: Math.max(1, Math.floor(limit / 2)), rateBeforeStep: null, rest: restAfterCongestion }
  }
  if (rateBeforeStep !== null && seen.rate < rateBeforeStep * worthwhile) {
    return { limit: Math.max(1, limit - 1), rateBeforeStep: null, rest: restAfterUselessRaise }
  }
  if (rest > 0) return { limit, rateBeforeStep: null, rest: rest - 1 }
  return limit < max
    ? { limit: limit + 1, rateBeforeStep: seen.rate, rest: 0 }
    : { limit, rateBeforeStep: null, rest: 0 }
}
