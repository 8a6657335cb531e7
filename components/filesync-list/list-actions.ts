import type { FileRecord } from "../../src/client/global-client.js"
import { downloadFile } from "../download-file.js"
import { FilesyncBeforeDeleteEvent } from "../events/filesync-before-delete.js"
import { FilesyncErrorEvent } from "../events/filesync-error.js"
import type { FilesyncController } from "../filesync-controller.js"
import { openViewer } from "../open-viewer.js"
import { DeletedRows } from "./list-rows.js"
import type { RecordActions } from "./record-view.js"
import { fileIdAt } from "./template-rows.js"

/** The list that people act on. */
export interface ActingList extends Element {
  readonly viewer: boolean
  readonly editable: boolean
  readonly records: ReadonlyArray<FileRecord>
  requestUpdate(): void
}

const askedIn = "a[data-file-link], button[data-file-delete], button[data-file-retry], button[data-file-undo]"

/** What a person can do with the files of a list, in its own cards and in those of a template. */
export class ListActions {
  readonly #host: ActingList
  readonly #filesync: FilesyncController
  readonly #canUndo: () => boolean
  #renaming: string | undefined
  /** Files that were deleted here a moment ago. */
  readonly deleted: DeletedRows

  constructor(host: ActingList, filesync: FilesyncController, canUndo: () => boolean) {
    this.#host = host
    this.#filesync = filesync
    this.#canUndo = canUndo
    this.deleted = new DeletedRows(() => host.requestUpdate())
    // Before the image, which would open the viewer for itself alone.
    host.addEventListener("click", (event) => this.#clickedImage(event), { capture: true })
    host.addEventListener("click", (event) => this.#clicked(event))
  }

  /** For the list's own cards. */
  get ofCards(): RecordActions {
    return {
      isEditable: this.#host.editable,
      renaming: this.#renaming,
      show: this.#host.viewer ? (fileId) => this.#show(fileId) : undefined,
      download: this.#download,
      delete: (fileId) => this.#delete(fileId, ""),
      retry: (fileId) => this.#retry(fileId),
      undo: this.#undo,
      startRename: (fileId) => {
        this.#renaming = fileId
        this.#host.requestUpdate()
      },
      endRename: (fileId, name) => this.#endRename(fileId, name),
    }
  }

  #clickedImage(event: Event): void {
    const { target } = event
    if (!this.#host.viewer || !(target instanceof Element) || target.closest("a, button") !== null) return
    const image = target.closest("filesync-image")
    const fileId =
      image === null || image.closest("filesync-list") !== this.#host ? undefined : fileIdAt(image)
    if (fileId === undefined) return
    event.stopPropagation()
    this.#show(fileId)
  }

  #clicked(event: Event): void {
    const { target } = event
    if (!(target instanceof Element) || event.defaultPrevented) return
    const asked = target.closest(askedIn)
    const fileId = asked === null ? undefined : fileIdAt(asked)
    if (asked === null || fileId === undefined || asked.closest("filesync-list") !== this.#host) return
    event.preventDefault()
    if (asked.matches("a")) this.#download(fileId)
    else if (asked.matches("[data-file-retry]")) this.#retry(fileId)
    else if (asked.matches("[data-file-undo]")) this.#undo(fileId)
    else this.#delete(fileId, asked.getAttribute("data-file-delete") ?? "")
  }

  #show(fileId: string): void {
    void openViewer(
      this.#host,
      fileId,
      this.#host.records.map(({ id }) => id),
    )
  }

  #endRename(fileId: string, name: string | undefined): void {
    // Pressing Enter takes the field away, which then loses the focus: that is not a second answer.
    if (this.#renaming !== fileId) return
    this.#renaming = undefined
    this.#host.requestUpdate()
    const trimmed = name?.trim() ?? ""
    const before = this.#filesync.ask((engine) => engine.getFile(fileId))?.name
    if (trimmed === "" || trimmed === before) return
    void this.#try(fileId, (engine) => engine.editFile(fileId, { name: trimmed }))
  }

  #retry(fileId: string): void {
    void this.#try(fileId, (engine) => engine.retry(fileId))
  }

  readonly #undo = (fileId: string): void => {
    void this.#try(fileId, (engine) => engine.restoreFile(fileId)).then(() => this.deleted.restore(fileId))
  }

  readonly #download = (fileId: string): void => {
    void this.#try(fileId, (engine) => downloadFile(engine, fileId))
  }

  #delete(fileId: string, question: string): void {
    const record = this.#filesync.ask((engine) => engine.getFile(fileId))
    if (record === undefined || !this.#host.dispatchEvent(new FilesyncBeforeDeleteEvent(fileId, record)))
      return
    // eslint-disable-next-line no-alert -- the page asked for this question with an attribute
    if (question !== "" && !confirm(question)) return
    if (this.#canUndo()) this.deleted.add(record, this.#host.records)
    void this.#try(fileId, (engine) => engine.deleteFile(fileId))
  }

  async #try(
    fileId: string,
    order: (engine: NonNullable<FilesyncController["engine"]>) => Promise<void>,
  ): Promise<void> {
    const { engine } = this.#filesync
    if (engine === undefined) return
    try {
      await order(engine)
    } catch (error) {
      this.deleted.remove(fileId)
      this.#host.dispatchEvent(new FilesyncErrorEvent(error, { fileId }))
    }
  }
}
