/** The MIME patterns of a query such as `"image/*,!image/gif"`: the included and the excluded types. */
export interface TypePatterns {
  /** Empty = every type. */
  readonly included: ReadonlyArray<string>
  readonly excluded: ReadonlyArray<string>
}

/** Reads a list of MIME patterns, in any case; a page may have given anything. */
export const typePatterns = (types: unknown): TypePatterns => {
  const tokens = (typeof types === "string" ? types : "")
    .toLowerCase()
    .split(",")
    .map((token) => token.trim())
    .filter((token) => token !== "" && token !== "!")
  const included = tokens.filter((token) => !token.startsWith("!"))
  return {
    included: included.some((token) => token === "*" || token === "*/*") ? [] : included,
    excluded: tokens
      .filter((token) => token.startsWith("!"))
      .map((token) => token.slice(1).trim())
      .filter((token) => token !== ""),
  }
}

/** Whether a MIME type is among them. */
export const matchesTypes = (mimeType: string, { included, excluded }: TypePatterns): boolean => {
  const fits = (pattern: string) => toExpression(pattern).test(mimeType)
  return (included.length === 0 || included.some(fits)) && !excluded.some(fits)
}

const toExpression = (pattern: string): RegExp =>
  new RegExp(`^${pattern.split("*").map(escape).join(".*")}$`, "is")

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
