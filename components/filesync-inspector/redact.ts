/**
 * A short stand-in for a random id, the same in every report, so that two reports can be read side by side. FNV-1a: the
 * id cannot be found again from these 32 bits.
 */
export const shortId = (id: string): string => {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return `file-${(hash >>> 0).toString(16).padStart(8, "0")}`
}

/** In this order: an address may hold what the later patterns look for. */
const secrets: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(?:data|blob):[^\s"'<>`)\]]+/gi, "<address>"],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>`)\]]+/gi, "<address>"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "<mail>"],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, "$1 <secret>"],
  [
    /\b(token|authorization|password|secret|signature|api[-_]?key|cookie)(["']?\s*[:=]\s*["']?)(?!bearer|basic)[^\s"',;]+/gi,
    "$1$2<secret>",
  ],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, "<secret>"],
]

/** What names a file; left in a report that is to have names. */
const names: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b[0-9a-f]{64}\b/gi, "<hash>"],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<id>"],
]

/** Long runs that are neither words nor hashes are taken for tokens. */
const longRun = /[\w+/=-]{24,}/g
const isHashOrId = (run: string): boolean => /^(?:[0-9a-f]{64}|[0-9a-f-]{36})$/i.test(run)
const isLikeToken = (run: string): boolean => /\d/.test(run) && /[a-z]/i.test(run) && !isHashOrId(run)

const replaceAll = (text: string, patterns: typeof secrets): string =>
  patterns.reduce((rest, [pattern, stand]) => rest.replaceAll(pattern, stand), text)

/**
 * An error's sentence without addresses, tokens and mail addresses, and, unless `withNames`, without ids, hashes and
 * the given file names.
 */
export const scrub = (text: string, withNames: boolean, fileNames: ReadonlyArray<string> = []): string => {
  let clean = text
  if (!withNames) {
    // The longest first: one name may be a part of another.
    for (const name of fileNames.toSorted((one, other) => other.length - one.length)) {
      if (name !== "") clean = clean.replaceAll(name, "<name>")
    }
  }
  clean = replaceAll(clean, secrets).replaceAll(longRun, (run) => (isLikeToken(run) ? "<secret>" : run))
  return withNames ? clean : replaceAll(clean, names)
}
