/** A point in time by two clocks: the steady one stops while the machine sleeps, the wall clock may be set back. */
export interface Moment {
  readonly wallMs: number
  readonly steadyMs: number
}

/** The present. */
export const momentNow = (): Moment => ({ wallMs: Date.now(), steadyMs: performance.now() })

/** How long ago it was at the most, in ms; infinitely long when the clock was set back since. */
export const ageMs = (moment: Moment): number => {
  const { wallMs, steadyMs } = momentNow()
  return wallMs < moment.wallMs
    ? Number.POSITIVE_INFINITY
    : Math.max(wallMs - moment.wallMs, steadyMs - moment.steadyMs)
}
