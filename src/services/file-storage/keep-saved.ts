import { Effect, Schedule } from "effect"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { releaseContent, whenNothingIsSaved } from "../cache/collect-garbage.js"
import { LocalIndex } from "../cache/local-index.js"
import type { Observers } from "../notifications/observers.js"
import type { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { Outbox, type OutboxSave } from "../outbox/Outbox.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"

/** The order that loses nothing: bytes, journal, commit. What a save leaves that came to nothing is taken away again. */
export const makeKeepSaved = (restorableMs: number) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const outbox = yield* Outbox
    const locks = yield* TabLocks
    const channel = yield* TabChannel
    const index = yield* LocalIndex
    const context = yield* Effect.context<
      FileRecords | LocalFileStorage | Outbox | TabLocks | LocalIndex | TabChannel | Observers
    >()
    const scope = yield* Effect.scope
    const names = lockNames(records.storeId)

    // Bytes of a save that came to nothing go again, unless somebody else refers to them by now. At once as a rule;
    // while other saves hold the lock, in the background.
    const discard = (contentHashes: ReadonlyArray<string>): Effect.Effect<void> => {
      if (contentHashes.length === 0) return Effect.void
      const release = releaseContent(contentHashes, "unreferenced", restorableMs)
      const later = Effect.repeat(release, {
        until: (released) => released !== undefined,
        schedule: Schedule.spaced("1 second"),
      })
      return whenNothingIsSaved(release).pipe(
        Effect.flatMap((isDone) => (isDone ? Effect.void : Effect.forkIn(Effect.ignore(later), scope))),
        Effect.provide(context),
        Effect.ignore, // The failure that led here is the one to tell; a repair finds what stays.
      )
    }

    /**
     * Bytes, journal, commit, in that order; deleting bytes waits until the journal names them. From the journal on
     * nothing stops it: a save that was called off must not come back by itself.
     */
    const keep = <E, E2>(
      storeAll: (isNew: (contentHash: string) => void) => Effect.Effect<ReadonlyArray<FileRecord>, E>,
      toSave: (record: FileRecord) => OutboxSave,
      commit: (stored: ReadonlyArray<FileRecord>) => Effect.Effect<void, E2>,
    ) =>
      Effect.uninterruptibleMask((restore) => {
        const written: string[] = []
        const storing = restore(storeAll((contentHash) => void written.push(contentHash)))
        return locks.hold(names.saving, "shared").pipe(
          Effect.zipRight(storing),
          Effect.tap((stored) => outbox.append(stored.map(toSave))),
          Effect.scoped,
          Effect.tap((stored) => noteThenCommit(stored, commit(stored))),
          Effect.onError(() => discard(written)),
        )
      })

    // Noted before the commit, so that whoever decides what the record needs finds its bytes here.
    const noteThenCommit = <E>(saved: ReadonlyArray<FileRecord>, commit: Effect.Effect<void, E>) => {
      const contentHashes = saved.map(({ contentHash }) => contentHash)
      return Effect.sync(() => index.note(contentHashes, true)).pipe(
        Effect.zipRight(commit),
        Effect.tapError(() => Effect.ignore(outbox.settle(saved))), // The commit's failure is the one to tell.
        Effect.zipRight(outbox.committed(saved)),
        Effect.zipRight(index.setPresent(contentHashes)),
        Effect.zipRight(channel.post({ type: "present", contentHashes })),
      )
    }

    return keep
  })
