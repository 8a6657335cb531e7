import { Data, Effect, Either, Option, Stream, SubscriptionRef } from "effect"

/** What LiveStore asks again for, as it does with an error of this tag of its own. */
class IsOfflineError extends Data.TaggedError("IsOfflineError")<{ readonly cause: unknown }> {}

interface PulledEvent {
  readonly eventEncoded: { readonly seqNum: number; readonly parentSeqNum: number }
}

interface PulledItem {
  readonly batch: ReadonlyArray<PulledEvent>
}

interface PushedEvent {
  readonly seqNum: number
}

interface SyncLine {
  readonly isConnected: SubscriptionRef.SubscriptionRef<boolean>
  readonly pull: (
    cursor: Option.Option<{ readonly eventSequenceNumber: number }>,
    options?: { readonly live?: boolean },
  ) => Stream.Stream<PulledItem, unknown, never>
  readonly push: (batch: ReadonlyArray<PushedEvent>) => Effect.Effect<void, unknown, never>
}

/** Pause before the whole is asked for again, so that a backend that keeps leaving something out is not stormed. */
const afterGap = "1 second"

/** What the backend is known to have arrives within this time, or it was left out. */
const arrivesWithin = "5 seconds"

/** A backend that sent nothing for so long is asked again: it may have left out the last event, which no later one shows. */
const quietFor = "5 minutes"

/** Fails when a connection that was there is given up. */
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
}

/** Fails when an event that the backend has does not arrive. */
const eventMissing = (heads: Heads): Effect.Effect<never, IsOfflineError> =>
  heads.known.changes.pipe(
    Stream.filter((known) => known > heads.pulled),
    Stream.mapEffect((known) =>
      Effect.suspend(() => {
        const cause = new Error(`The backend has event ${known}, and sent them up to ${heads.pulled}`)
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
    return Effect.succeed({ ...item, batch })
  })

/** Last event that the backend has when it answered a push like this. */
const headAfterPush = (
  batch: ReadonlyArray<PushedEvent>,
  answer: Either.Either<void, unknown>,
): number | undefined => {
  if (Either.isRight(answer)) return batch.at(-1)?.seqNum
  const { _tag, minimumExpectedNum } = (answer.left ?? {}) as Partial<ServerAheadError>
  return _tag === "ServerAheadError" ? minimumExpectedNum : undefined
}

/** LiveStore's own. */
interface ServerAheadError {
  readonly _tag: "ServerAheadError"
  readonly minimumExpectedNum: number
}

/**
 * A LiveStore sync backend that goes on after its line was silent: `steadySync(makeWsSync({ url }))`.
 *
 * LiveStore 0.4.0 gives up a connection that answers no ping for ten to twenty seconds (a laptop that slept, a line
 * that stalled) and forgets what was asked for on it: until it is started anew it hears nothing of other devices. Here
 * both directions are told and ask again on the next connection. An event that arrives twice, after which LiveStore
 * stops listening as well, arrives once, and one that is missing is asked for: its backend sends nothing to the rest when
 * one device's connection has just closed, and a device whose push was taken or refused then waits for ever.
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
        return inOrder(pulled, heads)
      }),
    push: (batch) =>
      Effect.raceFirst(line.push(batch), connectionLost(line)).pipe(
        Effect.either,
        Effect.tap((answer) => {
          const known = headAfterPush(batch, answer)
          return known === undefined ? Effect.void : SubscriptionRef.set(heads.known, known)
        }),
        Effect.flatten,
      ),
  })
  const connectSteadily = (options: never) =>
    Effect.zipWith(connect(options), SubscriptionRef.make(0), (backend, known) =>
      steady(backend as SyncLine, { pulled: 0, known }),
    )
  return connectSteadily as unknown as Connect
}
