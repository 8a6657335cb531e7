/** The least time between two announcements: about what a screen reader needs for one sentence. */
const pauseMs = 4000

/** Announcers that wait for their turn, in order: one element of the page announces at a time. */
const waiting = new Set<LiveRegionAnnouncer>()
let pause: ReturnType<typeof setTimeout> | undefined

/**
 * Throttles the announcements of a live region: only changes, at most one sentence every few seconds on the whole page,
 * and never what was true when the page opened. Of faster changes, the last one is announced.
 */
export class LiveRegionAnnouncer {
  readonly #spoken: () => void
  #key: string | undefined
  #sentence = ""
  #next: string | undefined

  /** `spoken` is called when the live region has to be rendered. */
  constructor(spoken: () => void) {
    this.#spoken = spoken
  }

  /** What the live region holds now. */
  get sentence(): string {
    return this.#sentence
  }

  /**
   * Announces a sentence unless its key is that of the last one. The first call only sets the key: its sentence was
   * true when the page opened.
   */
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

  /** Puts the waiting sentence into the live region. */
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
