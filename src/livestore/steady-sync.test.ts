import { expect } from "@esm-bundle/chai"
import {
  Chunk,
  Deferred,
  Effect,
  Either,
  Fiber,
  Option,
  Queue,
  Stream,
  SubscriptionRef,
  TestClock,
  TestContext,
} from "effect"
import { watchLeaderEvents } from "../utils/leader-events.js"
import { steadySync } from "./steady-sync.js"

const storeId = crypto.randomUUID()

interface Item {
  readonly batch: ReadonlyArray<{
    readonly eventEncoded: { readonly seqNum: number; readonly parentSeqNum: number }
  }>
}

const item = (...numbers: ReadonlyArray<number>): Item => ({
  batch: numbers.map((seqNum) => ({ eventEncoded: { seqNum, parentSeqNum: seqNum - 1 } })),
})

const numbersOf = (items: Iterable<Item>): ReadonlyArray<ReadonlyArray<number>> =>
  [...items].map(({ batch }) => batch.map(({ eventEncoded }) => eventEncoded.seqNum))

const from = (eventSequenceNumber: number) => Option.some({ eventSequenceNumber })

interface PushedEvent {
  readonly seqNum: number
  readonly parentSeqNum: number
}

interface Pushed {
  readonly _tag: string
  readonly minimumExpectedNum?: number
}

/** A backend that answers with these items and then nothing, and to a push nothing, as LiveStore's after its connection stalled. */
const silentAfter = (...items: ReadonlyArray<Item>) => answeringPushes(Effect.never, ...items)

/** The same, which answers pushes. */
const answeringPushes = (answer: Effect.Effect<void, Pushed>, ...items: ReadonlyArray<Item>) =>
  Effect.gen(function* () {
    const isConnected = yield* SubscriptionRef.make(true)
    const asked = yield* Queue.unbounded<string>()
    const backend = {
      isConnected,
      pull: (_cursor: unknown, _options?: { readonly live?: boolean }) =>
        Stream.fromIterable(items).pipe(
          Stream.concat(Stream.never),
          Stream.onStart(Queue.offer(asked, "pull")),
        ) as Stream.Stream<Item, { readonly _tag: string }>,
      push: (_batch: ReadonlyArray<PushedEvent>) => Effect.zipRight(Queue.offer(asked, "push"), answer),
    }
    const steady = yield* steadySync((_options: { readonly storeId: string }) => Effect.succeed(backend))({
      storeId,
    })
    return {
      backend: steady as typeof backend & { pull: (cursor: unknown) => ReturnType<typeof backend.pull> },
      isConnected,
      asked,
    }
  })

const run = <A, E>(program: Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.provide(program, TestContext.TestContext))

describe("a steady sync backend", () => {
  it("gives each event once, whatever comes twice", () =>
    run(
      Effect.gen(function* () {
        const { backend } = yield* silentAfter(item(3), item(3, 4), item(), item(2, 3, 4), item(5, 6))
        const items = yield* Stream.runCollect(Stream.take(backend.pull(from(2)), 5))
        expect(numbersOf(Chunk.toReadonlyArray(items))).to.deep.equal([[3], [4], [], [], [5, 6]])
      }),
    ))

  it("requests everything again, after a second, when an event is missing", () =>
    run(
      Effect.gen(function* () {
        const { backend } = yield* silentAfter(item(1), item(3))
        const pulling = yield* Effect.fork(Effect.either(Stream.runCollect(backend.pull(Option.none()))))
        yield* TestClock.adjust("999 millis")
        expect(yield* Fiber.poll(pulling)).to.deep.equal(Option.none())
        yield* TestClock.adjust("1 millis")
        const result = yield* Fiber.join(pulling)
        expect(Either.isLeft(result) && result.left._tag).to.equal("IsOfflineError")
      }),
    ))

  it("fails what is under way when its connection is given up, and not what begins before the next one", () =>
    run(
      Effect.gen(function* () {
        const { backend, isConnected, asked } = yield* silentAfter(item(1))
        const got = yield* Deferred.make<Item>()
        const pull = Stream.runForEach(backend.pull(Option.none()), (one) => Deferred.succeed(got, one))
        const pulling = yield* Effect.fork(Effect.either(pull))
        const pushing = yield* Effect.fork(Effect.either(backend.push([])))
        yield* Deferred.await(got)
        yield* Queue.takeN(asked, 2)
        yield* TestClock.adjust("4 minutes")
        yield* SubscriptionRef.set(isConnected, false)
        for (const fiber of [pulling, pushing]) {
          const result = yield* Fiber.join(fiber)
          expect(Either.isLeft(result) && result.left._tag).to.equal("IsOfflineError")
        }
        const again = yield* Effect.fork(Effect.either(backend.push([])))
        yield* Queue.take(asked)
        yield* SubscriptionRef.set(isConnected, true)
        yield* TestClock.adjust("1 hours")
        expect(yield* Fiber.poll(again)).to.deep.equal(Option.none())
        yield* Fiber.interrupt(again)
      }),
    ))

  const missing: ReadonlyArray<readonly [what: string, answer: Effect.Effect<void, Pushed>]> = [
    ["taken", Effect.void],
    ["refused as behind", Effect.fail({ _tag: "ServerAheadError", minimumExpectedNum: 2 })],
  ]
  for (const [what, answer] of missing) {
    it(`requests everything again when events do not come after a push was ${what}`, () =>
      run(
        Effect.gen(function* () {
          const { backend, asked } = yield* answeringPushes(answer, item(1))
          const pulling = yield* Effect.fork(Effect.either(Stream.runDrain(backend.pull(Option.none()))))
          yield* Queue.take(asked)
          yield* Effect.either(backend.push([{ seqNum: 2, parentSeqNum: 1 }]))
          yield* TestClock.adjust("4999 millis")
          expect(yield* Fiber.poll(pulling)).to.deep.equal(Option.none())
          yield* TestClock.adjust("1 millis")
          const result = yield* Fiber.join(pulling)
          expect(Either.isLeft(result) && result.left._tag).to.equal("IsOfflineError")
        }),
      ))

    it(`goes on when they come after a push was ${what}`, () =>
      run(
        Effect.gen(function* () {
          const { backend, asked } = yield* answeringPushes(answer, item(1, 2))
          const pulling = yield* Effect.fork(Stream.runDrain(backend.pull(Option.none())))
          yield* Queue.take(asked)
          yield* Effect.either(backend.push([{ seqNum: 2, parentSeqNum: 1 }]))
          yield* TestClock.adjust("1 minutes")
          expect(yield* Fiber.poll(pulling)).to.deep.equal(Option.none())
          yield* Fiber.interrupt(pulling)
        }),
      ))
  }

  it("asks again when nothing came for five minutes", () =>
    run(
      Effect.gen(function* () {
        const { backend, asked } = yield* silentAfter(item(1))
        const pulling = yield* Effect.fork(Effect.either(Stream.runDrain(backend.pull(Option.none()))))
        yield* Queue.take(asked)
        yield* TestClock.adjust("299 seconds")
        expect(yield* Fiber.poll(pulling)).to.deep.equal(Option.none())
        yield* TestClock.adjust("1 seconds")
        const result = yield* Fiber.join(pulling)
        expect(Either.isLeft(result) && result.left._tag).to.equal("IsOfflineError")
      }),
    ))

  const twoLooks = Effect.zipRight(TestClock.adjust("10 seconds"), TestClock.adjust("10 seconds"))
  const stops: ReadonlyArray<
    readonly [
      what: string,
      until: (backend: {
        readonly pull: (
          cursor: Option.Option<never>,
          options: { readonly live: true },
        ) => Stream.Stream<Item, unknown>
        readonly push: (batch: ReadonlyArray<PushedEvent>) => Effect.Effect<void, unknown>
      }) => Effect.Effect<unknown>,
      reason: string,
    ]
  > = [
    [
      "asks for nothing any more",
      ({ pull }) => Effect.either(Stream.runHead(pull(Option.none(), { live: true }))),
      "does not ask",
    ],
    [
      "names a parent event that no client has",
      ({ push }) => Effect.either(push([{ seqNum: 3, parentSeqNum: 2 }])),
      "follow event 2",
    ],
  ]
  for (const [what, until, reason] of stops) {
    it(`says that LiveStore has stopped when it ${what}`, () =>
      run(
        Effect.gen(function* () {
          const heard = yield* Deferred.make<string>()
          const unwatch = watchLeaderEvents(storeId, (news) =>
            Deferred.unsafeDone(heard, Effect.succeed(news.type === "stopped" ? news.reason : news.type)),
          )
          const behind = Effect.fail({ _tag: "ServerAheadError", minimumExpectedNum: 1 })
          const { backend } = yield* answeringPushes(behind, item(1))
          yield* until(backend)
          yield* twoLooks
          expect(yield* Deferred.await(heard)).to.contain(reason)
          unwatch()
        }).pipe(Effect.scoped),
      ))
  }
})
