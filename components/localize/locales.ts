import { en } from "./en.js"
import type { Message, Strings, Term } from "./strings.js"

const locales = new Map<string, Strings>([["en", en]])
const listeners = new Set<() => void>()

/** Fetched when a page first needs them, so that a page in one language pays for one. */
const shipped: Readonly<Record<string, () => Promise<Strings>>> = {
  de: async () => (await import("./de.js")).de,
  fr: async () => (await import("./fr.js")).fr,
  es: async () => (await import("./es.js")).es,
  ja: async () => (await import("./ja.js")).ja,
  ar: async () => (await import("./ar.js")).ar,
}
const asked = new Set<string>()

/**
 * Sets what the elements say in a language, such as `"pt"` or `"de-AT"`; elements on the page change at once.
 * What is left out keeps its present wording, in English when the language had none.
 */
export const setLocale = (language: string, strings: Partial<Strings>): void => {
  const key = language.toLowerCase()
  const present = locales.get(key) ?? locales.get(baseOf(key)) ?? en
  asked.add(key)
  locales.set(key, { ...present, ...strings })
  for (const listener of listeners) listener()
}

/** The wording of a term in a language: its own, its base language's, else English. */
export const messageFor = (language: string, term: Term): Message => {
  const key = language.toLowerCase()
  const strings = locales.get(key) ?? locales.get(baseOf(key))
  if (strings === undefined) void fetchShipped(baseOf(key))
  return (strings ?? en)[term]
}

/** Called after the strings of any language changed; returns the unsubscribe. */
export const watchLocales = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const baseOf = (language: string): string => language.split("-")[0] ?? language

const fetchShipped = async (language: string): Promise<void> => {
  const load = Object.hasOwn(shipped, language) ? shipped[language] : undefined
  if (load === undefined || asked.has(language)) return
  asked.add(language)
  try {
    const strings = await load()
    // An app that set its own wording meanwhile keeps it.
    if (!locales.has(language)) setLocale(language, strings)
  } catch {
    // English stays; the next page load tries again.
  }
}
