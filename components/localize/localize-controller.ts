import type { ReactiveController, ReactiveControllerHost } from "lit"
import {
  formatCount,
  formatDate,
  formatDateTime,
  formatPercent,
  formatSize,
  formatSizes,
  formatTime,
} from "./format.js"
import { languageOf, watchLanguage } from "./language-of.js"
import { messageFor } from "./locales.js"
import { formatMessage } from "./format-message.js"
import type { Term } from "./strings.js"

/** Gives an element its words and numbers in the language around it, and renders it again when that changes. */
export class LocalizeController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element
  #unwatch: (() => void) | undefined
  #language: string | undefined
  #version = 0

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    this.#language = undefined
    this.#unwatch ??= watchLanguage(() => {
      this.#language = undefined
      this.#version++
      this.#host.requestUpdate()
    })
  }

  hostDisconnected(): void {
    this.#unwatch?.()
    this.#unwatch = undefined
  }

  /** Counts changes of language or wording, for templates that are rendered only when something changed. */
  get version(): number {
    return this.#version
  }

  /** The BCP 47 tag in force here. */
  get language(): string {
    this.#language ??= languageOf(this.#host)
    return this.#language
  }

  /** The sentence for a term; a `count` chooses its plural form. */
  term(term: Term, values: Readonly<Record<string, string | number>> = {}): string {
    return formatMessage(this.language, messageFor(this.language, term), values)
  }

  size(sizeBytes: number): string {
    return formatSize(this.language, sizeBytes)
  }

  speed(bytesPerSecond: number): string {
    return formatSize(this.language, bytesPerSecond, true)
  }

  number(count: number): string {
    return formatCount(this.language, count)
  }

  /** `41 of 180 MB`. */
  sizeOf(doneBytes: number, totalBytes: number): string {
    const [done, total] = formatSizes(this.language, doneBytes, totalBytes)
    return this.term("doneOf", { done, total })
  }

  /** `12 sec`. */
  seconds(seconds: number): string {
    return formatTime(this.language, seconds)
  }

  /** `about 2 minutes`. */
  timeLeft(seconds: number): string {
    if (seconds < 60) return this.term("lessThanMinute")
    return this.term("aboutTime", { time: formatTime(this.language, Math.max(100, seconds), true) })
  }

  percent(fraction: number): string {
    return formatPercent(this.language, fraction)
  }

  dateTime(date: Date): string {
    return formatDateTime(this.language, date)
  }

  date(date: Date): string {
    return formatDate(this.language, date)
  }
}
