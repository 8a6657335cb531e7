import type { UploadItem } from "./upload-item.js"

/** Blob URLs of picked pictures: one for each row that shows one, revoked with the row or the element. */
export class PreviewUrls {
  readonly #urls = new Map<UploadItem, string>()
  readonly #broken = new WeakSet<UploadItem>()

  /** The URL of the row's picture; `undefined` when it has none that this browser can show. */
  of(item: UploadItem): string | undefined {
    if (item.file === undefined || !item.mimeType.startsWith("image/") || this.#broken.has(item))
      return undefined
    const url = this.#urls.get(item) ?? URL.createObjectURL(item.file)
    this.#urls.set(item, url)
    return url
  }

  /** The browser could not show it. */
  giveUp(item: UploadItem): void {
    this.#broken.add(item)
    this.#revoke(item)
  }

  /** Revokes the URLs of all rows but these. */
  keepOnly(items: ReadonlyArray<UploadItem>): void {
    const kept = new Set(items)
    for (const item of [...this.#urls.keys()]) if (!kept.has(item)) this.#revoke(item)
  }

  #revoke(item: UploadItem): void {
    const url = this.#urls.get(item)
    if (url !== undefined) URL.revokeObjectURL(url)
    this.#urls.delete(item)
  }
}
