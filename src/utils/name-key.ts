/**
 * A key by which file names sort as people count: numbers by value (`file2` before `file10`), letters whatever their
 * case and accents ("äpfel" among the a's). Compared code unit by code unit, as SQLite's BINARY collation compares, so
 * a database can sort and page by it; every device gets the same key for a name, whatever its language.
 */
export const nameKey = (name: string): string =>
  name
    .slice(0, maxKeyedLength)
    .toWellFormed()
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/([a-z\u0370-\u03ff])\p{M}+/gu, "$1")
    .replaceAll(/[ßæœøđðłıþ]/g, (letter) => plainLetters[letter] ?? letter)
    .replaceAll(/\d+/g, toCounted)

/** Characters of a name that the key covers; names with equal keys are then compared themselves. */
const maxKeyedLength = 200

/** Letters that no normalization takes apart. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  ı: "i",
  þ: "th",
}

/** Two digits that say how long the number is, then the number: longer numbers are larger. */
const toCounted = (digits: string): string => {
  const number = digits.replace(/^0+(?=\d)/, "")
  return String(Math.min(number.length, 99)).padStart(2, "0") + number
}
