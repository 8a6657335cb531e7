import type { FileMetadata, FileRecord } from "../../src/client/global-client.js"

/** A file is about to be taken; `preventDefault()` leaves it out. Listeners may set what is saved with it. */
export class FilesyncBeforeSaveEvent extends Event {
  readonly file: File
  /** Path inside the folder that was picked or dropped, such as `holiday/beach.jpg`; else empty. */
  readonly relativePath: string
  /** The record's name; set it to save under another one. */
  fileName: string
  /** App-defined facts for the record; a file from a folder starts with its `relativePath`. */
  metadata: FileMetadata | undefined
  /** The app's own LiveStore events, committed together with the file's. */
  commit: ((record: FileRecord) => ReadonlyArray<unknown>) | undefined
  constructor(file: File, relativePath: string) {
    super("filesync-before-save", { bubbles: true, composed: true, cancelable: true })
    this.file = file
    this.relativePath = relativePath
    this.fileName = file.name
    this.metadata = relativePath === "" ? undefined : { relativePath }
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-before-save": FilesyncBeforeSaveEvent
  }
}
