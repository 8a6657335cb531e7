import type { Message } from "./strings.js"

/** What a set of elements says, in each language. */
export interface Locales<Strings> {
  /**
   * Sets the messages of a language, such as `"pt"` or `"de-AT"`; elements on the page change at once.
   * What is left out keeps its present wording, in English when the language had none.
   */
  readonly set: (language: string, strings: Partial<Strings>) => void
  /** The wording of a term in a language: its own, its base language's, else English. */
  readonly messageFor: (language: string, term: keyof Strings) => Message
  /** Called after the strings of any language changed; returns the unsubscribe. */
  readonly watch: (listener: () => void) => () => void
}

/** Strings by language. `shipped` are fetched when a page first needs them, so that a page in one language pays for one. */
export const makeLocales = <Strings extends Readonly<Record<keyof Strings, Message>>>(
  english: Strings,
  shipped: Readonly<Record<string, () => Promise<Strings>>>,
): Locales<Strings> => {
  const locales = new Map<string, Strings>([["en", english]])
  const listeners = new Set<() => void>()
  const asked = new Set<string>()

  const set = (language: string, strings: Partial<Strings>): void => {
    const key = language.toLowerCase()
    const present = locales.get(key) ?? locales.get(baseOf(key)) ?? english
    asked.add(key)
    locales.set(key, { ...present, ...strings })
    for (const listener of listeners) listener()
  }

  const fetchShipped = async (language: string): Promise<void> => {
    const load = Object.hasOwn(shipped, language) ? shipped[language] : undefined
    if (load === undefined || asked.has(language)) return
    asked.add(language)
    try {
      const strings = await load()
      // An app that set its own wording meanwhile keeps it.
      if (!locales.has(language)) set(language, strings)
    } catch {
      // English stays; the next page load tries again.
    }
  }

  return {
    set,
    messageFor: (language, term) => {
      const key = language.toLowerCase()
      const strings = locales.get(key) ?? locales.get(baseOf(key))
      if (strings === undefined) void fetchShipped(baseOf(key))
      return (strings ?? english)[term]
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const baseOf = (language: string): string => language.split("-")[0] ?? language
