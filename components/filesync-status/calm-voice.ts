/** The least time between two announcements; about what a screen reader needs for one sentence. Our choice. */
const pauseMs = 4000

/**
 * Decides what a live region says: only real news, at most one sentence every few seconds, and never what was true
 * when the page opened. What comes faster is replaced by what came last.
 */
export class CalmVoice {
  readonly #spoken: () => void
  #key: string | undefined
  #sentence = ""
  #next: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `spoken` is called when there is something new to say. */
  constructor(spoken: () => void) {
    this.#spoken = spoken
  }

  /** What the live region holds now. */
  get sentence(): string {
    return this.#sentence
  }

  /** News with the same key as the last is not news. */
  tell(key: string, sentence: string): void {
    const first = this.#key === undefined
    if (key === this.#key) return
    this.#key = key
    if (first) return
    this.#next = sentence
    if (this.#timer === undefined) this.#speak()
  }

  /** Forgets everything and stops its timer. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#key = undefined
    this.#next = undefined
    this.#sentence = ""
  }

  #speak(): void {
    this.#timer = undefined
    if (this.#next === undefined) return
    this.#sentence = this.#next
    this.#next = undefined
    this.#timer = setTimeout(() => this.#speak(), pauseMs)
    this.#spoken()
  }
}
