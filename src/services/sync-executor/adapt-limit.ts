/** How many of one kind may be under way, and what was learnt on the way there. */
export interface LimitState {
  readonly limit: number
  /** What moved before the latest step up, in bytes per millisecond; `null` = there is no step to judge. */
  readonly rateBeforeStep: number | null
  /** Windows to let pass before the next step up. */
  readonly rest: number
}

/** Throughput of a window in which every place was taken, in bytes per millisecond; or that there was congestion. */
export type Seen = { readonly rate: number } | "trouble"

/** A step that brings less is taken back. Below a tenth, chance is as good an explanation. */
const worthwhile = 1.1

/** Windows before another try after a step that brought nothing. Networks change in minutes, not in seconds. */
const restAfterVainStep = 15

/** Windows before the first step up after congestion. What was too much a moment ago gets time to drain. */
const restAfterTrouble = 5

/** Where everything begins. */
export const beginLimit = (start: number): LimitState => ({ limit: start, rateBeforeStep: null, rest: 0 })

/**
 * What may be under way after what was seen: one more while each more moves more bytes, half after trouble (as TCP does
 * it, for the same reason: devices that share a connection must all give way), never less than one, never more than `max`.
 */
export const adaptLimit = (state: LimitState, seen: Seen, max: number): LimitState => {
  const { limit, rateBeforeStep, rest } = state
  if (seen === "trouble") {
    return { limit: Math.max(1, Math.floor(limit / 2)), rateBeforeStep: null, rest: restAfterTrouble }
  }
  if (rateBeforeStep !== null && seen.rate < rateBeforeStep * worthwhile) {
    return { limit: Math.max(1, limit - 1), rateBeforeStep: null, rest: restAfterVainStep }
  }
  if (rest > 0) return { limit, rateBeforeStep: null, rest: rest - 1 }
  return limit < max
    ? { limit: limit + 1, rateBeforeStep: seen.rate, rest: 0 }
    : { limit, rateBeforeStep: null, rest: 0 }
}
