/** An event of this device that LiveStore's sync backend has not confirmed, as LiveStore stored it. */
export interface UnsyncedEvent {
  readonly name: string
  readonly args: unknown
  /** The event's number in LiveStore's local order. */
  readonly seqNum: number
}

/** One repair that was made before LiveStore started. */
export type Repair =
  /** LiveStore keeps its databases in files that it makes at its first start; `count` of them were missing. */
  | { readonly what: "files-added"; readonly count: number }
  /** LiveStore's backend head was `from`; the event log has confirmed events up to `to`. */
  | { readonly what: "backend-head"; readonly from: number; readonly to: number }
  /** `count` events of this device did not follow each other; they were renumbered to follow event `behind`, the last confirmed one. */
  | { readonly what: "own-events-moved"; readonly count: number; readonly behind: number }
  /** The state did not belong to the event log, for `reason`; LiveStore rebuilds it from the log. */
  | { readonly what: "state-removed"; readonly reason: StateFault }
  /** The state was correct, but its record of the last applied event was missing. */
  | { readonly what: "state-head"; readonly to: number }

/** Why a state database was not used: its tables, its content or the file itself. */
export type StateFault = "incomplete" | "ahead" | "behind" | "rolled-back" | "events-moved" | "damaged"

/** What was found in LiveStore's storage before it started. */
export type HealReport =
  /** Nothing to look at: `new` without databases, `in-use` by another worker, or in a format that this version does not know. */
  | { readonly _tag: "NotChecked"; readonly reason: "new" | "in-use" | "unknown-format" }
  /** The check itself failed: the databases could not be opened. LiveStore starts as it would have without it. */
  | { readonly _tag: "Failed"; readonly cause: unknown }
  | { readonly _tag: "Sound" }
  | { readonly _tag: "Healed"; readonly repairs: readonly Repair[] }
  /** The event log cannot be read, so LiveStore will not start. `unsynced` holds what could be read of the device's own events. */
  | { readonly _tag: "Damaged"; readonly cause: unknown; readonly unsynced: readonly UnsyncedEvent[] }
