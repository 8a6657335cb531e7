/** A person took a file off an upload's list; it is no longer part of the form. */
export class FilesyncRemovedEvent extends Event {
  /** `undefined` when it was not saved yet. */
  readonly fileId: string | undefined
  /** `undefined` when the file was restored from an earlier visit. */
  readonly file: File | undefined
  constructor(fileId: string | undefined, file: File | undefined) {
    super("filesync-removed", { bubbles: true, composed: true })
    this.fileId = fileId
    this.file = file
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-removed": FilesyncRemovedEvent
  }
}
