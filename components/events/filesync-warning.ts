/** A mistake in the page, reported to its author; `preventDefault()` keeps it off the console. */
export class FilesyncWarningEvent extends Event {
  readonly message: string
  constructor(message: string) {
    super("filesync-warning", { bubbles: true, composed: true, cancelable: true })
    this.message = message
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-warning": FilesyncWarningEvent
  }
}
