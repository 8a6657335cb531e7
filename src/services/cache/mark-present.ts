import { Effect } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { PresenceIndex } from "./PresenceIndex.js"
import { Observers } from "../notifications/Observers.js"

/** Marks content that was found on disk and was missing in the index; notifies every tab and what shows it. */
export const markPresent = (
  contentHashes: ReadonlyArray<string>,
): Effect.Effect<void, never, FileRecords | PresenceIndex | Observers | TabChannel> =>
  Effect.gen(function* () {
    const index = yield* PresenceIndex
    const found = contentHashes.filter((contentHash) => !index.isPresent(contentHash))
    yield* index.setPresent(contentHashes)
    if (found.length === 0) return
    yield* (yield* TabChannel).post({ type: "present", contentHashes: found })
    const records = yield* FileRecords
    const shown = records.withContents(found)
    ;(yield* Observers).invalidate(shown.map(({ id }) => id))
  })
