import { formatSize } from "../localize/format.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { makeLocales } from "../localize/make-locales.js"
import { formatMessage } from "../localize/format-message.js"
import type { Message } from "../localize/strings.js"
import { messagesEn } from "./messages-en.js"

/** The key of an inspector message. */
export type InspectorTerm = keyof typeof messagesEn

/** Everything the inspector says. */
export type InspectorStrings = Readonly<Record<InspectorTerm, Message>>

const locales = makeLocales<InspectorStrings>(messagesEn, {})

/** Sets the inspector's messages for a language; missing ones stay English. */
export const setInspectorLocale = locales.set

/** Called after the inspector's strings of any language changed; returns the unsubscribe. */
export const watchInspectorLocales = locales.watch

/** The inspector's messages, sizes and times in the language around it. */
export class InspectorMessages {
  readonly #localize: LocalizeController
  #momentFormat: readonly [language: string, format: Intl.DateTimeFormat] | undefined

  constructor(localize: LocalizeController) {
    this.#localize = localize
  }

  term(term: InspectorTerm, values: Readonly<Record<string, string | number>> = {}): string {
    const { language } = this.#localize
    return formatMessage(language, locales.messageFor(language, term), values)
  }

  size(sizeBytes: number): string {
    return formatSize(this.#localize.language, sizeBytes)
  }

  percent(fraction: number): string {
    return this.#localize.percent(fraction)
  }

  /** A day and a time to the second. */
  moment(date: Date): string {
    const { language } = this.#localize
    if (this.#momentFormat?.[0] !== language) this.#momentFormat = [language, momentFormatFor(language)]
    return this.#momentFormat[1].format(date)
  }

  /** A span of time to a tenth of a second, as programs write it. */
  duration(durationMs: number): string {
    const seconds = Math.max(0, durationMs) / 1000
    return seconds < 60
      ? `${seconds.toFixed(1)} s`
      : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
  }
}

const momentFormatFor = (language: string): Intl.DateTimeFormat => {
  const options = { dateStyle: "medium", timeStyle: "medium" } as const
  try {
    return new Intl.DateTimeFormat(language, options)
  } catch {
    return new Intl.DateTimeFormat("en", options)
  }
}
