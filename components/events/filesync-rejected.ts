import type { RejectionReason } from "../filesync-upload/admit-files.js"

/** A picked file was not taken. */
export class FilesyncRejectedEvent extends Event {
  readonly file: File
  readonly reason: RejectionReason
  /** The sentence the person sees, in the element's language. */
  readonly message: string
  constructor(file: File, reason: RejectionReason, message: string) {
    super("filesync-rejected", { bubbles: true, composed: true })
    this.file = file
    this.reason = reason
    this.message = message
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-rejected": FilesyncRejectedEvent
  }
}
