export { setLocale } from "./locales.js"
export type { Message, Strings, Term } from "./strings.js"
