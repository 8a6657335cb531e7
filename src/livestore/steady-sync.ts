import { Data, Effect, Option, Stream, type SubscriptionRef } from "effect"

/** What LiveStore asks again for, as it does with an error of this tag of its own. */
class IsOfflineError extends Data.TaggedError("IsOfflineError")<{ readonly cause: unknown }> {}

interface PulledEvent {
  readonly eventEncoded: { readonly seqNum: number; readonly parentSeqNum: number }
}

interface PulledItem {
  readonly batch: ReadonlyArray<PulledEvent>
}

interface SyncLine {
  readonly isConnected: SubscriptionRef.SubscriptionRef<boolean>
  readonly pull: (
    cursor: Option.Option<{ readonly eventSequenceNumber: number }>,
    options?: { readonly live?: boolean },
  ) => Stream.Stream<PulledItem, unknown, never>
  readonly push: (batch: never) => Effect.Effect<void, unknown, never>
}

/** Pause before the whole is asked for again, so that a backend that keeps leaving something out is not stormed. */
const afterGap = "1 second"

/** Fails when a connection that was there is given up. */
const connectionLost = ({ isConnected }: SyncLine): Effect.Effect<never, IsOfflineError> =>
  isConnected.changes.pipe(
    Stream.dropUntil((isOpen) => isOpen),
    Stream.filter((isOpen) => !isOpen),
    Stream.runHead,
    Effect.zipRight(Effect.fail(new IsOfflineError({ cause: new Error("The connection was given up") }))),
  )

/** Each event once and none left out: what came before is dropped, and a gap fails. */
const inOrder = (
  pulled: Stream.Stream<PulledItem, unknown>,
  beginAt: number,
): Stream.Stream<PulledItem, unknown> =>
  Stream.mapAccumEffect(pulled, beginAt, (head, item) => {
    const batch = item.batch.filter(({ eventEncoded }) => eventEncoded.seqNum > head)
    const first = batch[0]?.eventEncoded
    if (first !== undefined && first.parentSeqNum > head) {
      const cause = new Error(`Event ${first.seqNum} came before event ${head + 1}`)
      return Effect.delay(Effect.fail(new IsOfflineError({ cause })), afterGap)
    }
    return Effect.succeed([batch.at(-1)?.eventEncoded.seqNum ?? head, { ...item, batch }] as const)
  })

/**
 * A LiveStore sync backend that goes on after its line was silent: `steadySync(makeWsSync({ url }))`.
 *
 * LiveStore 0.4.0 gives up a connection that answers no ping for ten to twenty seconds (a laptop that slept, a line
 * that stalled) and forgets what was asked for on it: until it is started anew it hears nothing of other devices. Here
 * both directions are told and ask again on the next connection. An event that arrives twice, after which LiveStore
 * stops listening as well, arrives once, and one that is missing is asked for.
 */
export const steadySync = <Connect extends (options: never) => Effect.Effect<unknown, unknown, unknown>>(
  connect: Connect,
): Connect => {
  const steady = (line: SyncLine): SyncLine => ({
    ...line,
    pull: (cursor, options) => {
      const beginAt = Option.match(cursor, {
        onNone: () => 0,
        onSome: ({ eventSequenceNumber }) => eventSequenceNumber,
      })
      return inOrder(Stream.interruptWhen(line.pull(cursor, options), connectionLost(line)), beginAt)
    },
    push: (batch) => Effect.raceFirst(line.push(batch), connectionLost(line)),
  })
  const connectSteadily = (options: never) =>
    Effect.map(connect(options), (backend) => steady(backend as SyncLine))
  return connectSteadily as unknown as Connect
}
