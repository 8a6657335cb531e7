import type { ReactiveController, ReactiveControllerHost } from "lit"
import { formatCount, formatDate, formatPercent, formatSize, pluralOf } from "./format.js"
import { languageOf, watchLanguage } from "./language-of.js"
import { messageFor } from "./locales.js"
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
    const message = messageFor(this.language, term)
    const count = values["count"]
    const text =
      typeof message === "string"
        ? message
        : (message[pluralOf(this.language, typeof count === "number" ? count : 0)] ?? message.other)
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name]
      if (value === undefined) return whole
      if (typeof value === "number") return formatCount(this.language, value)
      return name === "name" ? isolated(value, text) : value
    })
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

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufeff]/

/** Keeps a name whole inside a sentence that runs the other way, with invisible marks where there is need of them. */
const isolated = (name: string, sentence: string): string =>
  rightToLeft.test(name + sentence) ? `\u2068${name}\u2069` : name
