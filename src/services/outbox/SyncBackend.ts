import { Context, type Effect } from "effect"

/** What this tab knows of LiveStore's sync backend, which passes changes of records on to other devices. */
export class SyncBackend extends Context.Tag("filesync/SyncBackend")<
  SyncBackend,
  {
    /** Whether it is connected; `null` = this store was never connected to one. */
    readonly isConnected: () => boolean | null
    /** Whether earlier tabs left journals, whose changes `unsynced` counts only once the leader has taken them over; `true` until it is known. */
    readonly mayHaveJournals: () => boolean
    /** Records with a change of any open tab that it has not confirmed; 0 when there is none. */
    readonly unsynced: () => number
    /** Called once closed tabs' journals were taken over: their changes count as the leader's from then on. */
    readonly forgetClosedTabs: Effect.Effect<void>
  }
>() {}
