/** A file is on this device and its record is committed; it works offline from here on. */
export class FilesyncSavedEvent extends Event {
  readonly fileId: string
  readonly file: File
  constructor(fileId: string, file: File) {
    super("filesync-saved", { bubbles: true, composed: true })
    this.fileId = fileId
    this.file = file
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-saved": FilesyncSavedEvent
  }
}
