/** Least time between two reads of the engine; longer when a read takes long. */
const refreshMs = 250
/** Reads take at most this share of the page's time. */
const busyShare = 0.05

/** How often changes are re-read: the first at once, changes that follow closely are coalesced. */
export class RefreshThrottle {
  readonly #look: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #isStale = false

  constructor(look: () => void) {
    this.#look = look
  }

  /** Something has changed. */
  changed(): void {
    if (this.#timer !== undefined) {
      this.#isStale = true
      return
    }
    this.#isStale = false
    const startedMs = performance.now()
    this.#look()
    const pauseMs = Math.max(refreshMs, (performance.now() - startedMs) / busyShare)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#isStale) this.changed()
    }, pauseMs)
  }

  /** The next change shows at once again. */
  reset(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
