/** A viewer was closed. */
export class FilesyncCloseEvent extends Event {
  /** The file it showed last. */
  readonly fileId: string
  constructor(fileId: string) {
    super("filesync-close", { bubbles: true, composed: true })
    this.fileId = fileId
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-close": FilesyncCloseEvent
  }
}
