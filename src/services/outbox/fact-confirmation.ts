import { Clock, Effect, Queue, Stream } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { identityOf, type LoggedEvent } from "../file-records/record-facts.js"
import { commitLost, isLost, tablesLimit } from "./commit-lost.js"
import { Outbox, type OutboxFact } from "./Outbox.js"

/** How long changes of the outbox are gathered before the log is read. */
const gatherFor = "250 millis"

/** How long a fact is kept where no sync backend was seen yet: long enough for the first connection of a new device. */
const unknownGraceMs = 60_000

/** From where LiveStore's log has to be read to meet every open fact. */
interface LogStart {
  readonly head: number
  readonly clientIds: ReadonlyArray<string>
}

/**
 * Removes facts from the outbox once LiveStore's log shows that the sync backend has them, or, without a sync backend,
 * once LiveStore has stored them. Follows the outbox from now on, and gives the loop that does the work: it reads the log
 * only while facts are open, and never ends. `onChange` is called after every change of the outbox.
 */
export const factConfirmation = (isBackendKnown: () => boolean, onChange: () => void) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const changed = yield* Queue.sliding<void>(1)
    const wake = yield* Queue.sliding<void>(1)
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        outbox.watch(() => {
          Queue.unsafeOffer(changed, undefined)
          Queue.unsafeOffer(wake, undefined)
          onChange()
        }),
      ),
      (unwatch) => Effect.sync(unwatch),
    )
    const pass = Effect.suspend(() => {
      if (outbox.now().facts.size === 0) return Effect.void
      return Effect.ensuring(
        isBackendKnown() ? readLog(changed) : confirmStored,
        Queue.offer(wake, undefined),
      )
    })
    return Queue.take(wake).pipe(
      Effect.zipRight(Effect.sleep(gatherFor)),
      Effect.zipRight(pass),
      Effect.catchAllCause((cause) =>
        Effect.zipRight(
          Effect.logDebug("LiveStore's log cannot be read now", cause),
          Effect.sleep("2 seconds"),
        ),
      ),
      Effect.forever,
    )
  })

/** Confirms facts as the log shows them, until none is open or an open one lies outside what is read. */
const readLog = (changed: Queue.Dequeue<void>) =>
  Effect.gen(function* () {
    const { log } = yield* FileRecords
    const outbox = yield* Outbox
    const facts = () => outbox.now().facts
    const from = logStart(outbox)
    if (!Number.isFinite(from.head)) return
    const confirm = (events: Iterable<LoggedEvent>) =>
      Effect.suspend(() => {
        const seen = new Set(Array.from(events, identityOf))
        const confirmed = [...facts().values()].filter((fact) => seen.has(identityOf(fact)))
        return confirmShown(confirmed)
      })
    const isOutgrown = (): boolean => {
      const now = logStart(outbox)
      return (
        facts().size === 0 ||
        now.head < from.head ||
        now.clientIds.some((clientId) => !from.clientIds.includes(clientId))
      )
    }
    const untilOutgrown = Queue.take(changed).pipe(
      Effect.zipRight(Effect.sleep(gatherFor)),
      Effect.repeat({ until: isOutgrown }),
    )
    yield* log.confirmed(from).pipe(Stream.runForEachChunk(confirm), Effect.raceFirst(untilOutgrown))
  })

/**
 * Removes facts that the backend has, and that this tab's tables show. LiveStore 0.4.0 undoes in a tab what is committed
 * while it puts earlier events behind those of others: its log has it, and the tab's tables do not. Such a fact is
 * committed again.
 */
const confirmShown = (confirmed: ReadonlyArray<OutboxFact>) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const outbox = yield* Outbox
    const isUndone = (fact: OutboxFact): boolean => isLost(records, fact)
    if (confirmed.some(isUndone)) yield* records.log.whenTablesAreCurrent(tablesLimit)
    const undone = confirmed.filter(isUndone)
    if (undone.length > 0) {
      yield* Effect.logWarning("LiveStore has undone changes of files in this tab, which are made again", {
        changes: undone.length,
      })
      yield* commitLost(undone, { isSomewhere: () => true })
    }
    yield* outbox.confirm(confirmed.map(({ factId }) => factId))
  })

const logStart = (outbox: Outbox["Type"]): LogStart => {
  const positions = [...outbox.now().facts.values()].flatMap(({ position }) => position ?? [])
  return {
    head: Math.min(...positions.map(({ head }) => head)),
    clientIds: [...new Set(positions.map(({ clientId }) => clientId))],
  }
}

/** Without a sync backend, a fact is safe once LiveStore's own storage has it. */
const confirmStored = Effect.gen(function* () {
  const { log, acknowledged } = yield* FileRecords
  const outbox = yield* Outbox
  const facts = () => outbox.now().facts
  yield* acknowledged
  const now = yield* Clock.currentTimeMillis
  const before = log.mayHaveBackend ? now - unknownGraceMs : Number.POSITIVE_INFINITY
  const old = [...facts().values()].filter(({ at }) => at <= before)
  yield* outbox.confirm(old.map(({ factId }) => factId))
  if (facts().size > 0) yield* Effect.sleep("10 seconds")
})
