import { Clock, Effect, Schedule } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { identityOf } from "../file-records/record-facts.js"
import { commitLost } from "./commit-lost.js"
import { Outbox } from "./Outbox.js"

/** A fact that is not confirmed for this long, while there is a connection, is looked for. */
const lookAfterMs = 30_000

/** An event that has reached the sync backend shows in the log within this time. */
const logDelay = "5 seconds"

/**
 * Commits facts again that LiveStore has dropped: no session of it has them left to send, and they are not in the
 * backend's log. Looks every 30 seconds; never ends.
 */
export const recommitDropped = (isUp: () => boolean) =>
  Effect.gen(function* () {
    const { log } = yield* FileRecords
    const outbox = yield* Outbox
    const facts = () => outbox.now().facts
    const now = yield* Clock.currentTimeMillis
    const waiting = [...facts().values()].filter(({ at }) => at <= now - lookAfterMs)
    if (waiting.length === 0 || !isUp()) return
    const pending = new Set((yield* log.pending).map(identityOf))
    const unsent = waiting.filter((fact) => !pending.has(identityOf(fact)))
    if (unsent.length === 0) return
    yield* Effect.sleep(logDelay)
    const dropped = unsent.filter(({ factId }) => facts().has(factId))
    if (dropped.length === 0 || !isUp()) return
    yield* Effect.logWarning("LiveStore has lost changes of files, which are made again", {
      changes: dropped.length,
    })
    yield* commitLost(dropped, { isSomewhere: () => true, areNowhere: true })
  }).pipe(
    Effect.catchAllCause((cause) =>
      Effect.logDebug("LiveStore cannot be asked for what it has to send", cause),
    ),
    Effect.repeat(Schedule.spaced("30 seconds")),
  )
