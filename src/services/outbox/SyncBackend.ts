import { Context } from "effect"

/** What this tab knows of LiveStore's sync backend, which passes changes of records on to other devices. */
export class SyncBackend extends Context.Tag("filesync/SyncBackend")<
  SyncBackend,
  {
    /** Whether it is connected; `null` = this store was never connected to one. */
    readonly isConnected: () => boolean | null
    /** Records with a change that it has not confirmed; 0 when there is none. */
    readonly unsynced: () => number
  }
>() {}
