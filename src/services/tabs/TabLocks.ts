import { Context, type Effect, type Scope } from "effect"

/** Locks between the tabs of one origin; a lock is free again as soon as its tab is gone, however it went. */
export class TabLocks extends Context.Tag("filesync/TabLocks")<
  TabLocks,
  {
    /** Waits for the lock and holds it until the scope closes. */
    readonly hold: (name: string, mode?: LockMode) => Effect.Effect<void, never, Scope.Scope>
    /** Runs the effect under the exclusive lock if it is free right now; says whether it ran. */
    readonly tryExclusive: (name: string, effect: Effect.Effect<void>) => Effect.Effect<boolean>
    /** Whether somebody holds the lock. */
    readonly isHeld: (name: string) => Effect.Effect<boolean>
  }
>() {}

/** Names of the locks of one store. */
export const lockNames = (storeId: string) => ({
  /** Its holder is the one tab that transfers. */
  leader: `livestore-filesync:${storeId}`,
  /** Held (shared) while a save has bytes on disk that no journal names yet; deleting bytes needs it exclusively. */
  saving: `livestore-filesync:${storeId}:saving`,
  /** Held by a tab for as long as it lives, so that others know when its journal is left behind. */
  tab: (tabId: string) => `livestore-filesync:${storeId}:tab:${tabId}`,
})
