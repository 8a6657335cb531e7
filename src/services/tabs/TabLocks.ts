import { Context, type Effect, type Scope } from "effect"

/** Options of taking a lock. */
export interface HoldOptions {
  /** Steals it from its holder, whose `onLost` is called. */
  readonly steal?: boolean
  /** Called when another tab took it away. */
  readonly onLost?: () => void
}

/** Locks between the tabs of one origin; a lock is free again as soon as its tab is gone, however it went. */
export class TabLocks extends Context.Tag("filesync/TabLocks")<
  TabLocks,
  {
    /** Waits for the lock and holds it until the scope closes. */
    readonly hold: (
      name: string,
      mode?: LockMode,
      options?: HoldOptions,
    ) => Effect.Effect<void, never, Scope.Scope>
    /** Runs the effect under the exclusive lock if it is free right now; says whether it ran. */
    readonly tryExclusive: (name: string, effect: Effect.Effect<void>) => Effect.Effect<boolean>
    /** Whether the lock is held. */
    readonly isHeld: (name: string) => Effect.Effect<boolean>
  }
>() {}

/** Names of the locks of one store. */
export const lockNames = (storeId: string) => ({
  /** Its holder is the one tab that transfers. */
  leader: `livestore-filesync:${storeId}`,
  /**
   * Held (shared) from the check whether bytes are here until a journal or a record names them;
   * deleting bytes needs it exclusively. Held for milliseconds, so that a deletion waits its turn.
   */
  saving: `livestore-filesync:${storeId}:saving`,
  /** Held (shared) while bytes are copied in, however long; sweeping unfinished files needs it exclusively. */
  copying: `livestore-filesync:${storeId}:copying`,
  /** Held by a tab for as long as it lives, so that others know when its journal is left behind. */
  tab: (tabId: string) => `livestore-filesync:${storeId}:tab:${tabId}`,
})
