import { Effect } from "effect"
import type { StorageError } from "../../errors/index.js"
import { makeFileUrlPath } from "../../utils/stored-path.js"
import type { FileUrlHints } from "./LocalFileStorage.js"

const lastModifiedOf = (blob: Blob): number => (blob instanceof File ? blob.lastModified : 0)

/** Hands out URLs for stored content: the service worker's while it serves this page, else counted blob URLs. */
export const makeFileUrls = (options: {
  readonly storeId: string
  readonly readFile: (contentHash: string) => Effect.Effect<Blob, StorageError>
  /** Whether the service worker answers file URLs for this page, right now. */
  readonly isServed: () => boolean
}) => {
  // One blob URL for each file on disk and type; many elements may show one. By its time of writing as well: bytes that
  // went and came back are another file, and a URL of the one that went shows nothing.
  const urls = new Map<string, { readonly key: string; count: number }>()
  const urlOf = new Map<string, string>()

  const makeBlobUrl = (key: string, blob: Blob, mimeType: string): string => {
    const known = urlOf.get(key)
    if (known !== undefined) {
      const entry = urls.get(known)
      if (entry !== undefined) entry.count++
      return known
    }
    const url = URL.createObjectURL(blob.slice(0, blob.size, mimeType))
    urlOf.set(key, url)
    urls.set(url, { key, count: 1 })
    return url
  }

  return {
    getFileUrl: (contentHash: string, hints: FileUrlHints): Effect.Effect<string, StorageError> =>
      options.isServed()
        ? Effect.succeed(makeFileUrlPath(options.storeId, contentHash, hints))
        : Effect.map(options.readFile(contentHash), (blob) =>
            makeBlobUrl(`${contentHash} ${lastModifiedOf(blob)} ${hints.mimeType}`, blob, hints.mimeType),
          ),
    releaseFileUrl: (url: string): Effect.Effect<void> =>
      Effect.sync(() => {
        const entry = urls.get(url)
        if (entry === undefined || --entry.count > 0) return
        urls.delete(url)
        urlOf.delete(entry.key)
        URL.revokeObjectURL(url)
      }),
    /** Revokes every URL, also those still in use. */
    releaseAll: Effect.sync(() => {
      for (const url of urls.keys()) URL.revokeObjectURL(url)
      urls.clear()
      urlOf.clear()
    }),
  }
}
