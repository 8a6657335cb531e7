/** The least time between two announcements: about what a screen reader needs for one sentence. */
const pauseMs = 4000

/** Who waits to speak, in order: of all elements on the page one speaks at a time. */
const waiting = new Set<LiveRegionAnnouncer>()
let pause: ReturnType<typeof setTimeout> | undefined

/**
 * Decides what a live region says: only news, at most one sentence every few seconds on the whole page, and never what
 * was true when the page opened. What comes faster is replaced by what came last.
 */
export class LiveRegionAnnouncer {
  readonly #spoken: () => void
  #key: string | undefined
  #sentence = ""
  #next: string | undefined

  /** `spoken` is called when there is something new to say. */
  constructor(spoken: () => void) {
    this.#spoken = spoken
  }

  /** What the live region holds now. */
  get sentence(): string {
    return this.#sentence
  }

  /** News with the same key as the last is not news; the first is what was true when the page opened. */
  announce(key: string, sentence: string): void {
    const isFirst = this.#key === undefined
    if (key === this.#key) return
    this.#key = key
    if (isFirst) return
    this.#next = sentence
    waiting.add(this)
    if (pause === undefined) speakNext()
  }

  /** Forgets everything. */
  stop(): void {
    waiting.delete(this)
    if (waiting.size === 0) {
      clearTimeout(pause)
      pause = undefined
    }
    this.#key = undefined
    this.#next = undefined
    this.#sentence = ""
  }

  /** Says what is to be said. */
  speak(): void {
    if (this.#next === undefined) return
    this.#sentence = this.#next
    this.#next = undefined
    this.#spoken()
  }
}

const speakNext = (): void => {
  pause = undefined
  const [next] = waiting
  if (next === undefined) return
  waiting.delete(next)
  pause = setTimeout(speakNext, pauseMs)
  next.speak()
}
