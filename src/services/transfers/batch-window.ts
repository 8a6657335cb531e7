import { Chunk, Deferred, Effect, Queue, type Scope } from "effect"

/** How members are gathered into requests. */
export interface BatchWindowOptions<Member, E> {
  readonly maxMembers: number
  /** How many requests may run now; read whenever one may start. */
  readonly concurrent: () => number
  /** Sends members in one request and settles each, in any order. If it fails itself, all members fail. */
  readonly send: (
    members: ReadonlyArray<Member>,
    settle: (at: number, outcome: Effect.Effect<void, E>) => Effect.Effect<void>,
  ) => Effect.Effect<void, E>
}

interface Pending<Member, E> {
  readonly member: Member
  readonly outcome: Deferred.Deferred<void, E>
  readonly isGone: Deferred.Deferred<void>
}

/** The batch window: how long the first member waits for others. Little beside a round trip, enough for a burst. */
const gatherFor = "5 millis"

/**
 * Lets independent callers share requests: each asks for one member, and those that ask at about the same time travel
 * together. A request whose callers are all gone is aborted.
 */
export const makeBatchWindow = <Member, E>(
  options: BatchWindowOptions<Member, E>,
): Effect.Effect<(member: Member) => Effect.Effect<void, E>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<Pending<Member, E>>()

    const sendTogether = (gathered: ReadonlyArray<Pending<Member, E>>) =>
      Effect.gen(function* () {
        const pending: Array<Pending<Member, E>> = []
        for (const one of gathered) if (!(yield* Deferred.isDone(one.isGone))) pending.push(one)
        if (pending.length === 0) return
        const settle = (at: number, outcome: Effect.Effect<void, E>) => {
          const one = pending[at]
          return one === undefined ? Effect.void : Effect.asVoid(Deferred.complete(one.outcome, outcome))
        }
        const request = options.send(
          pending.map(({ member }) => member),
          settle,
        )
        const allGone = Effect.forEach(pending, ({ isGone }) => Deferred.await(isGone), { discard: true })
        yield* Effect.raceFirst(request, allGone).pipe(
          Effect.catchAllCause((cause) =>
            Effect.forEach(pending, ({ outcome }) => Deferred.failCause(outcome, cause), { discard: true }),
          ),
        )
      })

    let underWay = 0
    const ended = yield* Queue.sliding<void>(1)
    const begin = Effect.gen(function* () {
      while (underWay >= options.concurrent()) yield* Queue.take(ended)
      const first = yield* Queue.take(queue)
      if ((yield* Queue.size(queue)) < options.maxMembers - 1) yield* Effect.sleep(gatherFor)
      const batch = yield* Queue.takeUpTo(queue, options.maxMembers - 1)
      underWay++
      yield* sendTogether([first, ...Chunk.toReadonlyArray(batch)]).pipe(
        Effect.ensuring(Effect.sync(() => void (underWay--, Queue.unsafeOffer(ended, undefined)))),
        Effect.forkScoped,
      )
    })
    yield* Effect.forkScoped(Effect.forever(begin))

    return (member) =>
      Effect.gen(function* () {
        const outcome = yield* Deferred.make<void, E>()
        const isGone = yield* Deferred.make<void>()
        yield* Queue.offer(queue, { member, outcome, isGone })
        yield* Effect.onInterrupt(Deferred.await(outcome), () => Deferred.succeed(isGone, undefined))
      })
  })
