import { en } from "./en.js"
import { makeLocales } from "./make-locales.js"
import type { Strings } from "./strings.js"

const locales = makeLocales<Strings>(en, {
  de: async () => (await import("./de.js")).de,
  fr: async () => (await import("./fr.js")).fr,
  es: async () => (await import("./es.js")).es,
  ja: async () => (await import("./ja.js")).ja,
  ar: async () => (await import("./ar.js")).ar,
})

/**
 * Sets what the elements say in a language, such as `"pt"` or `"de-AT"`; elements on the page change at once.
 * What is left out keeps its present wording, in English when the language had none.
 */
export const setLocale = locales.set

/** The wording of a term in a language: its own, its base language's, else English. */
export const messageFor = locales.messageFor

/** Called after the strings of any language changed; returns the unsubscribe. */
export const watchLocales = locales.watch
