import { Context, type Effect, type Scope } from "effect"
import type { TransferError } from "./failure-facts.js"
import type { Lane } from "./transfer-table.js"

/** How much is under way at once, as the line and the remote bear it; one for all transfers of an engine. */
export class Pace extends Context.Tag("filesync/Pace")<
  Pace,
  {
    /** How many of a lane may be under way now: files of a large lane, requests of a small one. */
    readonly limit: (lane: Lane) => number
    /** Counts as under way while it runs; a failure that fewer at once may avoid halves the lane's limit. */
    readonly during: (
      lane: Lane,
    ) => <A, E extends TransferError, R>(transfer: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Takes how many bytes one transfer has moved so far; what was there before it began is no merit of its own. */
    readonly meter: (lane: Lane, beginBytes?: number) => (loadedBytes: number) => void
    /** Takes the time of one request that sends so many bytes. */
    readonly timed: (
      sizeBytes: number,
    ) => <A, E, R>(request: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** What one request sent lately while others went beside it, in bytes per millisecond; `null` = none was timed. */
    readonly sentPerMs: () => number | null
    /** Begins anew: this is another line. */
    readonly forget: () => void
    /** Told when a limit went up; must not throw. */
    readonly onRaised: (listener: () => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
