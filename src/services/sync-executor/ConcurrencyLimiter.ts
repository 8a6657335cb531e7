import { Context, type Effect, type Scope } from "effect"
import type { TransferError } from "./failure-facts.js"
import type { QueueName } from "./transfer-table.js"

/** Limits how many transfers run at once, adapted to what connection and remote sustain; one for all transfers of an engine. */
export class ConcurrencyLimiter extends Context.Tag("filesync/ConcurrencyLimiter")<
  ConcurrencyLimiter,
  {
    /** How many of a queue may run now: files of a queue of large ones, requests of a queue of small ones. */
    readonly limit: (queue: QueueName) => number
    /** Counts a transfer as running; a failure that signals congestion halves the queue's limit. */
    readonly during: (
      queue: QueueName,
    ) => <A, E extends TransferError, R>(transfer: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Reports a transfer's cumulative byte count. `beginBytes` (the resume offset) is excluded from throughput. */
    readonly meter: (queue: QueueName, beginBytes?: number) => (loadedBytes: number) => void
    /** Measures the time of one request that sends this many bytes. */
    readonly timed: (
      sizeBytes: number,
    ) => <A, E, R>(request: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Recent upload throughput of one request among the others, in bytes per millisecond; `null` = not measured yet. */
    readonly sentPerMs: () => number | null
    /** Resets all limits and measurements, for another network. */
    readonly forget: () => void
    /** Called when a limit was raised; must not throw. */
    readonly onRaised: (listener: () => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
