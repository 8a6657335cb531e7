/** Fired when a viewer opens a file. */
export class FilesyncShowEvent extends Event {
  readonly fileId: string
  constructor(fileId: string) {
    super("filesync-show", { bubbles: true, composed: true })
    this.fileId = fileId
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-show": FilesyncShowEvent
  }
}
