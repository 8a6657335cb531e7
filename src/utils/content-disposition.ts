/** Longest name sent, in UTF-8 bytes: what the common file systems accept. */
const maxNameBytes = 255

/** Longest ending kept when a name must be cut, in UTF-16 units; longer "extensions" are part of the name. */
const maxExtensionLength = 16

/**
 * The value of a `Content-Disposition` header (RFC 6266, RFC 8187) for a name a user chose.
 * What could steer a path, break the header or disguise the ending (bidirectional controls) is taken out.
 */
export const contentDisposition = (kind: "inline" | "attachment", name?: string): string => {
  if (name === undefined || name === "") return kind
  const safe = safeFileName(name)
  // "%41" inside a quoted name is decoded by some browsers, so a percent sign never goes there.
  const fallback = safe.replaceAll(/[^ -~]|%/gu, "_").replaceAll('"', "'")
  return fallback === safe
    ? `${kind}; filename="${fallback}"`
    : `${kind}; filename="${fallback}"; filename*=UTF-8''${encodeExtendedValue(safe)}`
}

/** A name without control characters, path separators and invisible direction marks; never empty, at most 255 bytes. */
export const safeFileName = (name: string): string => {
  const cleaned = name
    .replaceAll(/\p{Surrogate}/gu, "\uFFFD")
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, "")
    .replaceAll(/[/\\]/g, "_")
    .trim()
  return shorten(/^\.*$/.test(cleaned) ? "file" : cleaned)
}

const shorten = (name: string): string => {
  if (fitting(name, maxNameBytes) === name) return name
  const dot = name.lastIndexOf(".")
  const extension = dot > 0 && name.length - dot <= maxExtensionLength ? name.slice(dot) : ""
  const extensionBytes = new TextEncoder().encode(extension).length
  return fitting(name.slice(0, name.length - extension.length), maxNameBytes - extensionBytes) + extension
}

/** As much of a text as fits into so many UTF-8 bytes, in whole characters. */
const fitting = (text: string, roomBytes: number): string =>
  text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(roomBytes)).read)

const encodeExtendedValue = (value: string): string =>
  encodeURIComponent(value).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
