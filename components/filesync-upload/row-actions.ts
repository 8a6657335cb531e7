import { FilesyncRemovedEvent } from "../events/filesync-removed.js"
import type { PreviewUrls } from "./preview-urls.js"
import type { UploadItem } from "./upload-item.js"
import type { UploadItemActions } from "./upload-item-view.js"
import type { UploadQueue } from "./upload-queue.js"

/** The element that fires the events of row actions. */
export interface ListingElement extends EventTarget {
  readonly deleteRemoved: boolean
  requestUpdate(): void
}

/** What a person can do with a row, and the events it fires. */
export class RowActions implements UploadItemActions {
  readonly #host: ListingElement
  readonly #queue: UploadQueue
  readonly #previews: PreviewUrls

  constructor(host: ListingElement, queue: UploadQueue, previews: PreviewUrls) {
    this.#host = host
    this.#queue = queue
    this.#previews = previews
  }

  readonly deletes = (): boolean => this.#host.deleteRemoved

  readonly cancel = (item: UploadItem): void => this.#end(item, () => this.#queue.cancel(item))

  readonly retry = (item: UploadItem): void => this.#queue.retry(item)

  readonly remove = (item: UploadItem): void =>
    this.#end(item, () => {
      if (this.deletes() && item.fileId !== undefined) this.#queue.deleteFile(item)
      this.#queue.remove(item)
    })

  readonly previewBroken = (item: UploadItem): void => {
    this.#previews.giveUp(item)
    this.#host.requestUpdate()
  }

  /** The files of the element have changed: fires the events of a form control. */
  valueChanged(): void {
    this.#host.dispatchEvent(new Event("change", { bubbles: true }))
  }

  #end(item: UploadItem, end: () => void): void {
    const { fileId, file } = item
    end()
    this.#host.dispatchEvent(new FilesyncRemovedEvent(fileId, file))
    if (fileId !== undefined) this.valueChanged()
  }
}
