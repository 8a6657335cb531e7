import { canonicalType, typeOfEnding, typesOf } from "../../src/utils/file-types.js"

/** Why a picked file was not taken. */
export type RejectionReason = "type" | "size" | "count" | "directory" | "unreadable"

/** Which files an upload element accepts. */
export interface AdmissionRules {
  /** As in `<input accept>`: extensions, MIME types and patterns such as `image/*`; empty takes everything. */
  readonly accept: string
  /** In bytes. */
  readonly maxSizeBytes: number
  /** How many files fit in all. */
  readonly limit: number
  /** How many are there already. */
  readonly present: number
}

/** The rules of an element's attributes, when it has so many files already. */
export const rulesOf = (
  element: {
    readonly accept: string
    readonly maxSize: string | number | null
    readonly maxFiles: number | null
    readonly multiple: boolean
    readonly directory: boolean
  },
  present: number,
): AdmissionRules & { readonly isMany: boolean } => {
  const isMany = element.multiple || element.directory
  return {
    accept: element.accept,
    maxSizeBytes: parseSize(element.maxSize),
    limit: isMany ? (element.maxFiles ?? Number.POSITIVE_INFINITY) : 1,
    // Without `multiple`, a new file replaces the previous one.
    present: isMany ? present : 0,
    isMany,
  }
}

/** Why the file may not come in, or `undefined` when it may; `taken` counts those taken just before it. */
export const refuse = (file: File, rules: AdmissionRules, taken: number): RejectionReason | undefined => {
  if (!isAccepted(file, rules.accept)) return "type"
  if (file.size > rules.maxSizeBytes) return "size"
  return rules.present + taken >= rules.limit ? "count" : undefined
}

/** Whether a file matches an `accept` list: by its name's ending or its type, whatever the system calls that. */
export const isAccepted = (
  file: { readonly name: string; readonly type: string },
  accept: string,
): boolean => {
  const tokens = tokensOf(accept)
  if (tokens.length === 0) return true
  const name = file.name.toLowerCase()
  const types = typesOf(file)
  return tokens.some((token) => {
    if (token === "*/*" || token === "*") return true
    if (token.endsWith("/*")) return types.some((type) => type.startsWith(token.slice(0, -1)))
    if (!token.startsWith(".")) return types.includes(canonicalType(token))
    const wanted = typeOfEnding(token)
    return name.endsWith(token) || (wanted !== undefined && types.includes(wanted))
  })
}

/** The entries of an `accept` list in lower case; a page may have assigned anything. */
export const tokensOf = (accept: unknown): ReadonlyArray<string> =>
  (typeof accept === "string" ? accept : "")
    .toLowerCase()
    .split(",")
    .map((token) => token.trim())
    .filter((token) => token !== "")

const unitBytes: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
}

/** Bytes from `5000000`, `5MB`, `1.5 GB` or `5MiB`; no limit when it is missing or cannot be parsed. */
export const parseSize = (text: string | number | null | undefined): number => {
  const [, digits, unit] = /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(String(text ?? "")) ?? []
  const bytes = Number(digits) * (unitBytes[unit?.toLowerCase() ?? ""] ?? Number.NaN)
  return Number.isFinite(bytes) ? bytes : Number.POSITIVE_INFINITY
}
