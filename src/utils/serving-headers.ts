import { contentDisposition } from "./content-disposition.js"

/** What is known about bytes that are about to be served; everything but the size came from a user. */
export interface ServedFile {
  /** A hint: it picks from the inert types below and can never make a file more than that. */
  readonly mimeType: string
  readonly name?: string
  /** Written as `Content-Length` when given. */
  readonly sizeBytes?: number
  /** SHA-256 of the bytes as hex; gives an `ETag` and lets a browser keep its private copy for ever. */
  readonly contentHash?: string
  /** `true` = offered for saving, even when the type could be shown. */
  readonly download?: boolean
  /** Who may embed it without CORS. Default `"same-origin"`. */
  readonly resourcePolicy?: "same-origin" | "same-site" | "cross-origin" | undefined
}

const types = (kind: string, subtypes: string): ReadonlyArray<string> =>
  subtypes.split(" ").map((subtype) => `${kind}/${subtype}`)

/**
 * Types a browser only ever draws or plays. Two absences are decisions. PDF: Chromium refuses its viewer under a
 * sandboxing policy, and lifting the sandbox for a hostile file is not worth a preview. JSON, CSV, XML and the like:
 * an app that wants to show them reads the bytes.
 */
const inertTypes: ReadonlySet<string> = new Set([
  ...types("image", "png jpeg gif webp avif apng bmp x-icon vnd.microsoft.icon jxl heic heif tiff svg+xml"),
  ...types("audio", "mpeg mp4 aac x-m4a ogg opus wav wave x-wav webm flac x-flac"),
  ...types("video", "mp4 webm ogg quicktime x-m4v x-matroska 3gpp mpeg"),
  "text/plain",
])

/** The type to serve inline for a hinted one, or `undefined` when the file may only be saved. Parameters are dropped. */
export const inertType = (mimeType: string): string | undefined => {
  const essence = (mimeType.split(";", 1)[0] ?? "").trim().toLowerCase()
  if (!inertTypes.has(essence)) return undefined
  return essence === "text/plain" ? "text/plain; charset=utf-8" : essence
}

const sealed = "sandbox; default-src 'none'"

/** An SVG may style itself and carry its own pictures and fonts; it still runs no script and reaches no network. */
const sealedSvg = `${sealed}; style-src 'unsafe-inline'; img-src data:; font-src data:`

/**
 * Headers under which a hostile file is harmless on the app's own origin: no sniffing, no script, no frames,
 * no network, and a saved download unless the type is inert.
 */
export const servingHeaders = (file: ServedFile): Record<string, string> => {
  const type = file.download === true ? undefined : inertType(file.mimeType)
  return {
    "Content-Type": type ?? "application/octet-stream",
    "Content-Disposition": contentDisposition(type === undefined ? "attachment" : "inline", file.name),
    "Content-Security-Policy": type === "image/svg+xml" ? sealedSvg : sealed,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": file.resourcePolicy ?? "same-origin",
    "Referrer-Policy": "no-referrer",
    ...(file.sizeBytes === undefined ? {} : { "Content-Length": String(file.sizeBytes) }),
    ...(file.contentHash === undefined
      ? {}
      : {
          ETag: `"${file.contentHash}"`,
          "Cache-Control": "private, max-age=31536000, immutable, no-transform",
        }),
  }
}
