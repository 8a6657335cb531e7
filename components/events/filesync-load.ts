/** A picture is decoded and shown. */
export class FilesyncLoadEvent extends Event {
  readonly fileId: string
  constructor(fileId: string) {
    super("filesync-load", { bubbles: true, composed: true })
    this.fileId = fileId
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-load": FilesyncLoadEvent
  }
}
