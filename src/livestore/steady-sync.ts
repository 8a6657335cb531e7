import { Data, Effect, Either, Option, Scope, Stream, SubscriptionRef } from "effect"
import { postLeaderEvent } from "../utils/leader-events.js"

/** An error after which LiveStore pulls again: it looks at the tag, which is that of its own error. */
class IsOfflineError extends Data.TaggedError("IsOfflineError")<{ readonly cause: unknown }> {}

interface PulledEvent {
  readonly eventEncoded: { readonly seqNum: number; readonly parentSeqNum: number }
}

interface PulledItem {
  readonly batch: ReadonlyArray<PulledEvent>
}

interface PushedEvent {
  readonly seqNum: number
  readonly parentSeqNum: number
}

interface SyncLine {
  readonly isConnected: SubscriptionRef.SubscriptionRef<boolean>
  readonly pull: (
    cursor: Option.Option<{ readonly eventSequenceNumber: number }>,
    options?: { readonly live?: boolean },
  ) => Stream.Stream<PulledItem, unknown, never>
  readonly push: (batch: ReadonlyArray<PushedEvent>) => Effect.Effect<void, unknown, never>
}

/**
 * Pause before everything is requested again, so that a backend that keeps leaving something out is not flooded with
 * requests.
 */
const afterGap = "1 second"

/** An event that the backend is known to have arrives within this time, or it was left out. */
const arrivesWithin = "5 seconds"

/** A backend that sent nothing for so long is asked again: it may have left out the last event, which no later one shows. */
const quietFor = "5 minutes"

/** Fails when an established connection is given up. */
const connectionLost = ({ isConnected }: SyncLine): Effect.Effect<never, IsOfflineError> =>
  isConnected.changes.pipe(
    Stream.dropUntil((isOpen) => isOpen),
    Stream.filter((isOpen) => !isOpen),
    Stream.runHead,
    Effect.zipRight(Effect.fail(new IsOfflineError({ cause: new Error("The connection was given up") }))),
  )

/** How far the events of one connection go. */
interface Heads {
  /** Last event that was passed on. */
  pulled: number
  /** Last event that the backend is known to have. */
  readonly known: SubscriptionRef.SubscriptionRef<number>
  /** How many times LiveStore is asking for events at the moment; `undefined` before it first does. */
  pulls: number | undefined
  /** Parent event that LiveStore gives its own event, and that no client has. */
  missing: number | undefined
}

/** Time between two checks of what LiveStore does. It counts as stopped after two such findings in a row. */
const lookEvery = "10 seconds"

/** Why LiveStore's worker has stopped syncing, or `undefined` when it has not. */
const findStop = ({ pulls, pulled, missing }: Heads): string | undefined => {
  if (pulls === 0) return "LiveStore's worker does not ask for events any more"
  if (missing === undefined || missing <= pulled) return undefined
  return `LiveStore's worker wants its own events to follow event ${missing}, which is on no device`
}

/** Reports once that LiveStore has stopped: it ignores or logs what went wrong, and does nothing more until it is restarted. */
const watchForStop = (heads: Heads, storeId: string): Effect.Effect<void> =>
  Effect.gen(function* () {
    let before: string | undefined
    for (;;) {
      yield* Effect.sleep(lookEvery)
      const now = findStop(heads)
      if (now !== undefined && now === before) {
        yield* Effect.logWarning(`${now}: it has to be restarted`)
        postLeaderEvent(storeId, { type: "stopped", reason: now })
        return
      }
      before = now
    }
  })

/** Fails when an event that the backend has does not arrive. */
const eventMissing = (heads: Heads): Effect.Effect<never, IsOfflineError> =>
  heads.known.changes.pipe(
    Stream.filter((known) => known > heads.pulled),
    Stream.mapEffect((known) =>
      Effect.suspend(() => {
        const cause = new Error(`The backend has event ${known}, but sent only those up to ${heads.pulled}`)
        return known > heads.pulled ? Effect.fail(new IsOfflineError({ cause })) : Effect.void
      }).pipe(Effect.delay(arrivesWithin)),
    ),
    Stream.runDrain,
    Effect.zipRight(Effect.never),
  )

/** Each event once and none left out: what came before is dropped, and a gap fails. */
const inOrder = (
  pulled: Stream.Stream<PulledItem, unknown>,
  heads: Heads,
): Stream.Stream<PulledItem, unknown> =>
  Stream.mapEffect(pulled, (item) => {
    const batch = item.batch.filter(({ eventEncoded }) => eventEncoded.seqNum > heads.pulled)
    const first = batch[0]?.eventEncoded
    if (first !== undefined && first.parentSeqNum > heads.pulled) {
      const cause = new Error(`Event ${first.seqNum} came before event ${heads.pulled + 1}`)
      return Effect.delay(Effect.fail(new IsOfflineError({ cause })), afterGap)
    }
    heads.pulled = batch.at(-1)?.eventEncoded.seqNum ?? heads.pulled
    // LiveStore moves its own events behind those of others.
    if (batch.length > 0) heads.missing = undefined
    return Effect.succeed({ ...item, batch })
  })

/** Records the backend's head from its answer to a push. */
const noteAnswer = (
  heads: Heads,
  batch: ReadonlyArray<PushedEvent>,
  answer: Either.Either<void, unknown>,
): Effect.Effect<void> => {
  const { _tag, minimumExpectedNum } = (Either.isLeft(answer) ? answer.left : {}) as Partial<ServerAheadError>
  const isRefused = _tag === "ServerAheadError"
  const wanted = batch[0]?.parentSeqNum ?? 0
  heads.missing = isRefused && wanted > (minimumExpectedNum ?? wanted) ? wanted : undefined
  const known = isRefused ? minimumExpectedNum : Either.isRight(answer) ? batch.at(-1)?.seqNum : undefined
  return known === undefined ? Effect.void : SubscriptionRef.set(heads.known, known)
}

/** LiveStore's own. */
interface ServerAheadError {
  readonly _tag: "ServerAheadError"
  readonly minimumExpectedNum: number
}

/**
 * A LiveStore sync backend that recovers after its connection stalled: `steadySync(makeWsSync({ url }))`.
 *
 * LiveStore 0.4.0 gives up a connection that answers no ping for ten to twenty seconds (a laptop that slept, a network
 * that stalled) and forgets what was asked for on it: until it is restarted it receives no events of other devices. Here
 * both directions fail and ask again on the next connection. An event that arrives twice, after which LiveStore
 * stops listening as well, arrives once, and one that is missing is asked for: a device whose push was taken or refused
 * waits for ever for an event that the backend did not send.
 */
export const steadySync = <Connect extends (options: never) => Effect.Effect<unknown, unknown, unknown>>(
  connect: Connect,
): Connect => {
  const steady = (line: SyncLine, heads: Heads): SyncLine => ({
    ...line,
    pull: (cursor, options) =>
      Stream.suspend(() => {
        heads.pulled = Option.match(cursor, {
          onNone: () => 0,
          onSome: ({ eventSequenceNumber }) => eventSequenceNumber,
        })
        const pulled = line.pull(cursor, options).pipe(
          Stream.timeoutFail(
            () => new IsOfflineError({ cause: new Error("Nothing came for a while") }),
            quietFor,
          ),
          Stream.interruptWhen(Effect.raceFirst(connectionLost(line), eventMissing(heads))),
        )
        const ordered = inOrder(pulled, heads)
        if (options?.live !== true) return ordered
        heads.pulls = (heads.pulls ?? 0) + 1
        return Stream.ensuring(
          ordered,
          Effect.sync(() => {
            heads.pulls = (heads.pulls ?? 1) - 1
          }),
        )
      }),
    push: (batch) =>
      Effect.raceFirst(line.push(batch), connectionLost(line)).pipe(
        Effect.either,
        Effect.tap((answer) => noteAnswer(heads, batch, answer)),
        Effect.flatten,
      ),
  })
  const connectSteadily = (options: never) =>
    Effect.gen(function* () {
      const backend = (yield* connect(options)) as SyncLine
      const known = yield* SubscriptionRef.make(0)
      const heads: Heads = { pulled: 0, known, pulls: undefined, missing: undefined }
      const { storeId } = options as { readonly storeId: string }
      // LiveStore gives a backend a scope, the one in which its worker lives.
      const scope = yield* Effect.serviceOption(Scope.Scope)
      if (Option.isSome(scope)) yield* Effect.forkIn(watchForStop(heads, storeId), scope.value)
      return steady(backend, heads)
    })
  return connectSteadily as unknown as Connect
}
