import { Context, type Effect } from "effect"
import type { ConfigError, InvalidFileError, StorageError } from "../../../errors/index.js"
import type { FileRecord } from "../../../types/index.js"
import type { TabCommand } from "../../tabs/TabChannel.js"

/** What only the leader tab does: recover unfinished saves, plan and run transfers, clean up, and notify the other tabs. */
export class Leader extends Context.Tag("filesync/Leader")<
  Leader,
  {
    /** Leads until it is interrupted; a failure or a defect of any of its parts ends it. */
    readonly run: Effect.Effect<void, StorageError | ConfigError | InvalidFileError>
    /** Runs a command of any tab. */
    readonly handleCommand: (command: TabCommand) => Effect.Effect<void>
    /** Sends the whole state to a tab that has just opened. */
    readonly sendSnapshot: (tabId: string) => Effect.Effect<void>
    /** Plans what a record needs and enqueues it. */
    readonly enqueueIfNeeded: (record: FileRecord) => Effect.Effect<void>
    /** Whether record changes are still to be planned: then having no transfers does not mean being idle. */
    readonly hasPendingChanges: () => boolean
  }
>() {}
