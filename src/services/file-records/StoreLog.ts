import { type Duration, Effect, Stream } from "effect"
import { ConfigError } from "../../errors/index.js"
import type { StoreProgress } from "../../utils/stall-count.js"
import type { LoggedEvent, LogPosition } from "./record-facts.js"

/** The log behind the records: what LiveStore's leader and its sync backend have of it. */
export interface StoreLog {
  /** `false` = there is no sync backend. `true` = there may be one: LiveStore says so only once it is connected. */
  readonly mayHaveBackend: boolean
  /** Whether the sync backend is connected, now and at every change. Ends or dies when the leader goes. */
  readonly connection: Stream.Stream<boolean>
  /** Events about files that this browser committed and the sync backend has, behind a position of the log. Never ends. */
  readonly confirmed: (from: {
    readonly head: number
    readonly clientIds: ReadonlyArray<string>
  }) => Stream.Stream<LoggedEvent>
  /** Events that the leader or this tab still have to send. The cost grows with their number. */
  readonly pending: Effect.Effect<ReadonlyArray<LoggedEvent>>
  /** Where the log ends now; `null` where there is none. */
  readonly position: () => LogPosition | null
  /**
   * Resolves when the tables of this tab have come as far as its log, after `limit` at the latest: while LiveStore puts
   * events into another order they say nothing that holds.
   */
  readonly whenTablesAreCurrent: (limit: Duration.DurationInput) => Effect.Effect<void>
  /** `undefined` once the store was shut down. */
  readonly progress: () => StoreProgress | undefined
  /** Resolves with the reason when LiveStore's worker says that it has stopped syncing. */
  readonly stopped: Effect.Effect<string>
  /** Resolves when the store is shut down, by the app or by LiveStore. */
  readonly closed: Effect.Effect<void>
}

/** The log of records without a LiveStore store, as in tests. */
export const noStoreLog: StoreLog = {
  mayHaveBackend: false,
  connection: Stream.never,
  confirmed: () => Stream.never,
  pending: Effect.succeed([]),
  position: () => null,
  whenTablesAreCurrent: () => Effect.void,
  progress: () => ({ isSynced: true, upstreamHead: "e0", pendingCount: 0 }),
  stopped: Effect.never,
  closed: Effect.never,
}

/** Fails with `ConfigError` (`Disposed`). */
export const storeClosed = (cause: unknown): ConfigError =>
  new ConfigError({
    reason: "Disposed",
    detail: `the LiveStore store does not accept events any more: ${String(cause)}. Create a new engine for a store that is open.`,
  })
