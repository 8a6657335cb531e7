/** A list shows other records than before, or in another order. */
export class FilesyncChangeEvent extends Event {
  /** How many records it shows. */
  readonly count: number
  constructor(count: number) {
    super("filesync-change", { bubbles: true, composed: true })
    this.count = count
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "filesync-change": FilesyncChangeEvent
  }
}
