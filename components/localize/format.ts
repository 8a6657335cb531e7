const sizeUnits = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const
const cache = new Map<string, Intl.NumberFormat | Intl.PluralRules | Intl.DateTimeFormat>()

/** A size as people read it, in steps of a thousand and never broken: `1.2 MB`; with `perSecond`, a speed. */
export const formatSize = (language: string, sizeBytes: number, perSecond = false): string => {
  const size = Math.max(0, sizeBytes)
  const step = size < 1000 ? 0 : Math.min(sizeUnits.length - 1, Math.floor(Math.log10(size) / 3))
  const unit = `${sizeUnits[step]}${perSecond ? "-per-second" : ""}`
  const value = size / 1000 ** step
  const number = remembered(`${language} ${unit} ${value < 10 ? 1 : 0}`, () => {
    const unitDisplay = step === 0 ? "long" : "short"
    const options = { style: "unit", unit, unitDisplay, maximumFractionDigits: value < 10 ? 1 : 0 } as const
    return withLanguage(language, (tag) => new Intl.NumberFormat(tag, options))
  })
  return number.format(value).replaceAll(" ", "\u00a0")
}

/** Two sizes in the unit of the larger: `41` and `180 MB`. */
export const formatSizes = (
  language: string,
  doneBytes: number,
  totalBytes: number,
): readonly [string, string] => {
  const step = totalBytes < 1000 ? 0 : Math.min(sizeUnits.length - 1, Math.floor(Math.log10(totalBytes) / 3))
  const value = Math.max(0, doneBytes) / 1000 ** step
  const done = remembered(`${language} n ${value < 10 ? 1 : 0}`, () => {
    const options = { maximumFractionDigits: value < 10 ? 1 : 0 }
    return withLanguage(language, (tag) => new Intl.NumberFormat(tag, options))
  }).format(value)
  return [done, formatSize(language, totalBytes)]
}

/** A span of time in one whole unit: `12 sec`, or with `long` `12 seconds`; minutes and hours from two of them on. */
export const formatTime = (language: string, seconds: number, isLong = false): string => {
  const unit = seconds < 100 ? "second" : seconds < 5400 ? "minute" : "hour"
  const value = Math.max(0, Math.ceil(seconds / { second: 1, minute: 60, hour: 3600 }[unit]))
  const unitDisplay = isLong ? "long" : "short"
  const number = remembered(`${language} ${unit} ${unitDisplay}`, () =>
    withLanguage(language, (tag) => new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay })),
  )
  return number.format(value).replaceAll(" ", "\u00a0")
}

/** `0.42` as `42%`, the way the language writes it. */
export const formatPercent = (language: string, fraction: number): string =>
  remembered(`${language} %`, () =>
    withLanguage(language, (tag) => new Intl.NumberFormat(tag, { style: "percent" })),
  ).format(Math.floor(fraction * 100) / 100)

/** A whole number with the language's digits and separators. */
export const formatCount = (language: string, count: number): string =>
  remembered(`${language} n`, () => withLanguage(language, (tag) => new Intl.NumberFormat(tag))).format(count)

/** A day, such as `22 Nov 2026`. */
export const formatDate = (language: string, date: Date): string =>
  remembered(`${language} date`, () =>
    withLanguage(language, (tag) => new Intl.DateTimeFormat(tag, { dateStyle: "medium" })),
  ).format(date)

/** A day and a time, such as `22 Nov 2026, 14:05`. */
export const formatDateTime = (language: string, date: Date): string =>
  remembered(`${language} date time`, () =>
    withLanguage(
      language,
      (tag) => new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" }),
    ),
  ).format(date)

/** The plural form of a count in the language. */
export const pluralOf = (language: string, count: number): Intl.LDMLPluralRule =>
  remembered(`${language} plural`, () => withLanguage(language, (tag) => new Intl.PluralRules(tag))).select(
    count,
  )

const remembered = <Format extends Intl.NumberFormat | Intl.PluralRules | Intl.DateTimeFormat>(
  key: string,
  make: () => Format,
): Format => {
  const present = cache.get(key) ?? make()
  cache.set(key, present)
  return present as Format
}

/** A page may hold any text in `lang`; what `Intl` does not understand is read as English. */
const withLanguage = <Made>(language: string, make: (tag: string) => Made): Made => {
  try {
    return make(language)
  } catch {
    return make("en")
  }
}
