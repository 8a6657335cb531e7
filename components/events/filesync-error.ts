/** An action of an element failed; the element shows the error and a button to try again. */
export class FilesyncErrorEvent extends Event {
  /** What failed: one of this package's tagged errors, with a `reason`, or whatever the browser threw. */
  readonly error: unknown
  /** The picked file that could not be saved, when it was an upload. */
  readonly file: File | undefined
  /** The record it was about, when there is one. */
  readonly fileId: string | undefined
  constructor(
    error: unknown,
    about: { readonly file?: File | undefined; readonly fileId?: string | undefined } = {},
  ) {
    super("filesync-error", { bubbles: true, composed: true })
    this.error = error
    this.file = about.file
    this.fileId = about.fileId
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-error": FilesyncErrorEvent
  }
}
