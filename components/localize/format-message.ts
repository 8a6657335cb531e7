import { formatCount, pluralOf } from "./format.js"
import type { Message } from "./strings.js"

/** A message with its values in place; a `count` chooses its plural form. */
export const formatMessage = (
  language: string,
  message: Message,
  values: Readonly<Record<string, string | number>>,
): string => {
  const count = values["count"]
  const text =
    typeof message === "string"
      ? message
      : (message[pluralOf(language, typeof count === "number" ? count : 0)] ?? message.other)
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    if (typeof value === "number") return formatCount(language, value)
    return name === "name" ? isolated(value, text) : value
  })
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufeff]/

/** Isolates a name inside a sentence of the other text direction, by invisible marks where they are needed. */
const isolated = (name: string, text: string): string =>
  rightToLeft.test(name + text) ? `\u2068${name}\u2069` : name
