import type { FileSyncEvent } from "../../src/client/global-client.js"

/** An event of the engine and when it was received. */
export interface LoggedEvent {
  /** Counts from 1, so that rows keep their identity while older ones go. */
  readonly at: number
  /** Milliseconds since the epoch. */
  readonly timeMs: number
  readonly event: FileSyncEvent
  /** The file's name at that time: a deleted file has none later. */
  readonly name: string | undefined
}

/** Events kept: an hour of busy work, in less than a megabyte. */
const maxEvents = 2_000

/** The latest events, newest first. */
export class EventLog {
  #events: ReadonlyArray<LoggedEvent> = []
  #arrived: Array<LoggedEvent> = []
  #count = 0

  add(event: FileSyncEvent, name: string | undefined): void {
    this.#arrived.push({ at: ++this.#count, timeMs: Date.now(), event, name })
    // Bulk work produces thousands of events before the panel is opened.
    if (this.#arrived.length > maxEvents) this.#arrived = this.#arrived.slice(-maxEvents / 2)
  }

  /** Newest first; the same array as long as nothing has happened. */
  get events(): ReadonlyArray<LoggedEvent> {
    if (this.#arrived.length > 0) {
      this.#events = [...this.#arrived.toReversed(), ...this.#events].slice(0, maxEvents)
      this.#arrived = []
    }
    return this.#events
  }

  clear(): void {
    this.#events = []
    this.#arrived = []
  }
}

/** Whether an event reports a problem. */
export const isProblem = ({ type }: FileSyncEvent): boolean =>
  type === "transfer-failed" || type === "offline"
