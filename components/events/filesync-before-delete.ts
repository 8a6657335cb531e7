import type { FileRecord } from "../../src/client/global-client.js"

/** A person asked a list to delete a file; `preventDefault()` keeps it. */
export class FilesyncBeforeDeleteEvent extends Event {
  readonly fileId: string
  readonly record: FileRecord
  constructor(fileId: string, record: FileRecord) {
    super("filesync-before-delete", { bubbles: true, composed: true, cancelable: true })
    this.fileId = fileId
    this.record = record
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-before-delete": FilesyncBeforeDeleteEvent
  }
}
