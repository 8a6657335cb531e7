import type { ReactiveController, ReactiveControllerHost } from "lit"
import { formatDate, formatPercent, formatSize } from "./format.js"
import { languageOf, watchLanguage } from "./language-of.js"
import { messageFor } from "./locales.js"
import { sentence } from "./sentence.js"
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
    return sentence(this.language, messageFor(this.language, term), values)
  }

  size(sizeBytes: number): string {
    return formatSize(this.language, sizeBytes)
  }

  speed(bytesPerSecond: number): string {
    return formatSize(this.language, bytesPerSecond, true)
  }

  percent(fraction: number): string {
    return formatPercent(this.language, fraction)
  }

  date(date: Date): string {
    return formatDate(this.language, date)
  }
}
