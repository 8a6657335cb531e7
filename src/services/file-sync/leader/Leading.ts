import { Context, type Effect } from "effect"
import type { ConfigError, InvalidFileError, StorageError } from "../../../errors/index.js"
import type { FileRecord } from "../../../types/index.js"
import type { TabCommand } from "../../tabs/TabChannel.js"

/** What only the one transferring tab does: finish what was left, decide, transfer, clean up, and tell the others. */
export class Leading extends Context.Tag("filesync/Leading")<
  Leading,
  {
    /** Leads until it is interrupted; a failure or a defect of any of its parts ends it. */
    readonly run: Effect.Effect<void, StorageError | ConfigError | InvalidFileError>
    /** Does what a tab asks for. */
    readonly obey: (command: TabCommand) => Effect.Effect<void>
    /** Tells a tab that has just come everything it has to know. */
    readonly inform: (tabId: string) => Effect.Effect<void>
    /** Looks at what a record needs, and has it done. */
    readonly consider: (record: FileRecord) => Effect.Effect<void>
    /** There are changes that nobody has looked at yet: having no transfers does not mean being idle. */
    readonly isConsidering: () => boolean
  }
>() {}
