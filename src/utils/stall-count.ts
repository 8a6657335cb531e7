/** The progress of a LiveStore store's sync with the worker that leads it, on this device. */
export interface StoreProgress {
  readonly isSynced: boolean
  /** Last event that the leader has confirmed, such as `e12`. */
  readonly upstreamHead: string
  readonly pendingCount: number
}

/**
 * Time between two checks, in milliseconds. A confirmation takes milliseconds, and the longest commits confirm ten
 * events at a time.
 */
export const lookEveryMs = 5_000

/**
 * Checks in a row without progress after which the store counts as stalled. Checks are counted and not time, because a
 * page that was frozen checks only once when it wakes up.
 */
const looksUntilStalled = 3

/** Counts how often in a row a store had something to be confirmed and nothing was. */
export class StallCount {
  #last: StoreProgress | undefined
  #looks = 0

  /** Checks once; `true` = the store has stalled. */
  look(now: StoreProgress): boolean {
    const isMoving =
      now.isSynced ||
      this.#last === undefined ||
      now.upstreamHead !== this.#last.upstreamHead ||
      now.pendingCount < this.#last.pendingCount
    this.#looks = isMoving ? 0 : this.#looks + 1
    this.#last = now
    return this.#looks >= looksUntilStalled
  }
}
