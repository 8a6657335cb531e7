/* oxlint-disable max-lines-per-function -- Three loops over one state of the connection. */
import { Clock, Effect, Layer, Queue, Schedule, Stream } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { identityOf, type LoggedEvent } from "../file-records/record-facts.js"
import { Observers } from "../notifications/Observers.js"
import { commitLost } from "./commit-lost.js"
import { Outbox } from "./Outbox.js"
import { SyncBackend } from "./SyncBackend.js"

/** A shorter interruption is not reported: LiveStore reconnects within seconds. */
const downAfter = "5 seconds"

/** How long changes are gathered before the log is asked about them. */
const gatherFor = "250 millis"

/** How long a change is kept where no sync backend was seen yet: long enough for the first connection of a new device. */
const unknownGraceMs = 60_000

/** A change that is not confirmed for so long, while there is a connection, is asked after. */
const askAfterMs = 30_000

/** What has reached the sync backend in the meantime shows in the log within this time. */
const logDelay = "5 seconds"

/** Follows LiveStore's log, and lets go of facts that the sync backend has confirmed. */
export const layerSyncBackend = Layer.scoped(
  SyncBackend,
  Effect.gen(function* () {
    const records = yield* FileRecords
    const outbox = yield* Outbox
    const observers = yield* Observers
    const context = yield* Effect.context<FileRecords | Outbox>()
    const { log } = records
    const facts = () => outbox.now().facts

    let isKnown = false
    let isUp: boolean | undefined
    const backendKnown = Effect.suspend(() => {
      if (isKnown) return Effect.void
      isKnown = true
      observers.invalidateStatus()
      return Effect.void
    })
    const followConnection = log.connection.pipe(
      Stream.changes,
      Stream.flatMap(
        (isConnected) =>
          isConnected ? Stream.make(true) : Stream.fromEffect(Effect.delay(Effect.succeed(false), downAfter)),
        { switch: true },
      ),
      Stream.runForEach((isConnected) =>
        Effect.gen(function* () {
          isUp = isConnected
          if (isConnected && !isKnown) {
            yield* backendKnown
            // Only a memory for the next start.
            yield* Effect.ignore(
              Effect.flatMap(outbox.hasBackend, (is) => (is ? Effect.void : outbox.noteBackend)),
            )
          }
          observers.invalidateStatus()
        }),
      ),
    )
    // LiveStore's leader may be another tab's, which closes; the next answers.
    const again = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      effect.pipe(
        Effect.catchAllCause((cause) => Effect.logDebug("LiveStore's log cannot be read now", cause)),
        Effect.repeat(Schedule.spaced("2 seconds")),
      )
    yield* Effect.forkScoped(again(followConnection))
    yield* Effect.forkScoped(
      outbox.hasBackend.pipe(
        Effect.flatMap((is) => (is ? backendKnown : Effect.void)),
        Effect.ignore,
        Effect.delay("1 second"),
        Effect.when(() => log.mayHaveBackend),
      ),
    )

    const confirm = (events: Iterable<LoggedEvent>) =>
      Effect.suspend(() => {
        const seen = new Set(Array.from(events, identityOf))
        const confirmed = [...facts().values()].filter((fact) => seen.has(identityOf(fact)))
        return outbox.confirm(confirmed.map(({ factId }) => factId))
      })

    /** From where the log has to be read to meet every open fact. */
    const beginning = () => {
      const positions = [...facts().values()].flatMap(({ position }) => position ?? [])
      return {
        head: Math.min(...positions.map(({ head }) => head)),
        clientIds: [...new Set(positions.map(({ clientId }) => clientId))],
      }
    }
    const changed = yield* Queue.sliding<void>(1)
    const wake = yield* Queue.sliding<void>(1)
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        outbox.watch(() => {
          Queue.unsafeOffer(changed, undefined)
          Queue.unsafeOffer(wake, undefined)
          observers.invalidateStatus()
        }),
      ),
      (unwatch) => Effect.sync(unwatch),
    )
    const untilOutgrown = (from: ReturnType<typeof beginning>) =>
      Queue.take(changed).pipe(
        Effect.zipRight(Effect.sleep(gatherFor)),
        Effect.repeat({
          until: () => {
            const now = beginning()
            return (
              facts().size === 0 ||
              now.head < from.head ||
              now.clientIds.some((clientId) => !from.clientIds.includes(clientId))
            )
          },
        }),
      )
    const read = Effect.suspend(() => {
      const from = beginning()
      if (!Number.isFinite(from.head)) return Effect.void
      return log.confirmed(from).pipe(Stream.runForEachChunk(confirm), Effect.raceFirst(untilOutgrown(from)))
    })

    /** Without a sync backend, LiveStore's own storage is all there is to wait for. */
    const letGo = Effect.gen(function* () {
      yield* records.acknowledged
      const now = yield* Clock.currentTimeMillis
      const before = log.mayHaveBackend ? now - unknownGraceMs : Number.POSITIVE_INFINITY
      const old = [...facts().values()].filter(({ at }) => at <= before)
      yield* outbox.confirm(old.map(({ factId }) => factId))
      if (facts().size > 0) yield* Effect.sleep("10 seconds")
      Queue.unsafeOffer(wake, undefined)
    })
    yield* Queue.take(wake).pipe(
      Effect.zipRight(Effect.sleep(gatherFor)),
      Effect.flatMap(() => {
        if (facts().size === 0) return Effect.void
        return isKnown ? Effect.ensuring(read, Queue.offer(wake, undefined)) : letGo
      }),
      Effect.catchAllCause((cause) =>
        Effect.zipRight(
          Effect.logDebug("LiveStore's log cannot be read now", cause),
          Effect.sleep("2 seconds"),
        ),
      ),
      Effect.forever,
      Effect.forkScoped,
    )

    /** A fact that no LiveStore session has left to send, and that is not in the backend's log, was lost on the way. */
    const askAfter = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const waiting = [...facts().values()].filter(({ at }) => at <= now - askAfterMs)
      if (waiting.length === 0 || isUp !== true) return
      const pending = new Set((yield* log.pending).map(identityOf))
      const gone = waiting.filter((fact) => !pending.has(identityOf(fact)))
      if (gone.length === 0) return
      yield* Effect.sleep(logDelay)
      const lost = gone.filter(({ factId }) => facts().has(factId))
      if (lost.length === 0 || isUp !== true) return
      yield* Effect.logWarning("LiveStore has lost changes of files, which are made again", {
        changes: lost.length,
      })
      yield* commitLost(lost, { isSomewhere: () => true, areNowhere: true })
    }).pipe(
      Effect.provide(context),
      Effect.catchAllCause((cause) =>
        Effect.logDebug("LiveStore cannot be asked for what it has to send", cause),
      ),
      Effect.repeat(Schedule.spaced("30 seconds")),
    )
    if (log.mayHaveBackend) yield* Effect.forkScoped(askAfter)

    return SyncBackend.of({
      isConnected: () => (isKnown ? (isUp ?? null) : null),
      unsynced: () => (isKnown ? outbox.now().factsByFile.size : 0),
    })
  }),
)
