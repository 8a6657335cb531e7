import type { Arrival } from "./arrival.js"

/** What became of a wish for content that was not on this device; one of the first three is there. */
export interface Delivery {
  /** Verified. */
  readonly bytes?: Blob | undefined
  /** Large, and on its way. */
  readonly arrival?: Arrival
  readonly refusal?: Refusal
  /** Until when the worker is needed for it. */
  readonly finished?: Promise<unknown>
  /** Of what arrives: `false` = its hash is wrong, `undefined` = it did not come. */
  readonly isRight?: Promise<boolean | undefined>
}

/** Why there is no content. */
export interface Refusal {
  readonly status: 403 | 404 | 502 | 503
  readonly reason: string
}
