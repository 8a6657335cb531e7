import { Clock, Effect, Schedule } from "effect"
import { releaseContent } from "../../cache/release-content.js"
import { FileRecords } from "../../file-records/FileRecords.js"
import { LocalFileStorage } from "../../local-file-storage/LocalFileStorage.js"
import { Outbox } from "../../outbox/Outbox.js"

/** How often a long-lived leader looks for expired versions. */
const expiryInterval = "6 hours"

/** Frees content that is not restorable any more, then deletes its versions, so that no later start asks the disk for it. */
export const expireVersions = (config: { readonly restorableMs: number }) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const outbox = yield* Outbox
    const since = (yield* Clock.currentTimeMillis) - config.restorableMs
    const expired = records.expired(since)
    const unowned = expired.filter(({ contentHash }) => records.withContent(contentHash).length === 0)
    const present =
      unowned.length === 0 ? [] : yield* local.filesExist(unowned.map(({ contentHash }) => contentHash))
    const here = unowned.filter((_, at) => present[at])
    const released =
      here.length === 0
        ? []
        : yield* releaseContent(
            here.map(({ contentHash }) => contentHash),
            "unreferenced",
            config.restorableMs,
          )
    const kept = here.filter(({ contentHash }) => !released.includes(contentHash))
    // Journal entries about earlier content are compared with versions.
    if (outbox.now().facts.size > 0) return
    yield* records.pruneVersions(Math.min(since, ...kept.map(({ lostAt }) => lostAt - 1)))
  }).pipe(
    Effect.catchAll((error) => Effect.logWarning("Looking for expired versions failed", error)),
    Effect.repeat(Schedule.spaced(expiryInterval)),
  )
