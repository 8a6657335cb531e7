import { Effect } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { LocalIndex } from "./local-index.js"
import { Observers } from "../notifications/observers.js"

/** Content turned out to be on disk without the index knowing: every tab and whoever shows it is told. */
export const noteFound = (
  contentHashes: ReadonlyArray<string>,
): Effect.Effect<void, never, FileRecords | LocalIndex | Observers | TabChannel> =>
  Effect.gen(function* () {
    const index = yield* LocalIndex
    const found = contentHashes.filter((contentHash) => !index.isPresent(contentHash))
    yield* index.setPresent(contentHashes)
    if (found.length === 0) return
    yield* (yield* TabChannel).post({ type: "present", contentHashes: found })
    const records = yield* FileRecords
    const shown = found.flatMap((contentHash) => records.withContent(contentHash))
    ;(yield* Observers).touch(shown.map(({ id }) => id))
  })
