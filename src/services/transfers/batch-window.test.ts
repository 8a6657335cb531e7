import { expect } from "@esm-bundle/chai"
import { Deferred, Effect, Exit, Fiber, type Scope, TestClock } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import { makeBatchWindow } from "./batch-window.js"

describe("shared requests", () => {
  /** Requests that last until the test ends them; `limit.now` of them may be under way. */
  const withRequests = (
    what: string,
    body: (bench: {
      readonly ask: (member: string) => Effect.Effect<Fiber.RuntimeFiber<void, string>>
      readonly sent: ReadonlyArray<string>
      readonly end: (at: number, exit?: Exit.Exit<void, string>) => Effect.Effect<void>
      readonly limit: { now: number }
    }) => Effect.Effect<void, string, Scope.Scope>,
  ) =>
    itEffect(what, () =>
      Effect.gen(function* () {
        const limit = { now: 2 }
        const sent: Array<string> = []
        const ends: Array<Deferred.Deferred<void, string>> = []
        const share = yield* makeBatchWindow<string, string>({
          maxMembers: 3,
          concurrent: () => limit.now,
          send: (members, settle) =>
            Effect.gen(function* () {
              const end = yield* Deferred.make<void, string>()
              sent.push(members.join(""))
              ends.push(end)
              yield* Deferred.await(end)
              yield* Effect.forEach(members, (_, at) => settle(at, Effect.void), { discard: true })
            }),
        })
        const ask = (member: string) => Effect.fork(share(member))
        const end = (at: number, exit: Exit.Exit<void, string> = Exit.void) =>
          Effect.zipRight(Deferred.done(ends[at] as Deferred.Deferred<void, string>, exit), pass)
        yield* body({ ask, sent, end, limit })
      }).pipe(Effect.orDie),
    )
  const pass = TestClock.adjust("10 millis")

  withRequests("lets members that come at about the same time travel together", ({ ask, sent, end }) =>
    Effect.gen(function* () {
      const asked = [yield* ask("a"), yield* ask("b")]
      yield* pass
      yield* ask("c")
      yield* pass
      expect(sent).to.deep.equal(["ab", "c"])
      yield* end(0)
      yield* Effect.forEach(asked, Fiber.join)
    }),
  )

  withRequests("keeps to the limit, gathering meanwhile, and to the largest number of members", (bench) =>
    Effect.gen(function* () {
      const { ask, sent, end } = bench
      yield* Effect.forEach("abcdefghij", ask)
      yield* pass
      expect(sent).to.deep.equal(["abc", "def"])
      yield* end(1)
      expect(sent).to.deep.equal(["abc", "def", "ghi"])
    }),
  )

  withRequests("follows a limit that changes", ({ ask, sent, end, limit }) =>
    Effect.gen(function* () {
      yield* Effect.forEach("abcdefghijkl", ask)
      yield* pass
      limit.now = 1
      yield* end(0)
      expect(sent).to.have.length(2)
      yield* end(1)
      expect(sent).to.deep.equal(["abc", "def", "ghi"])
      limit.now = 3
      yield* end(2)
      expect(sent).to.deep.equal(["abc", "def", "ghi", "jkl"])
    }),
  )

  withRequests("fails every member of a failed request, and sends on", ({ ask, sent, end }) =>
    Effect.gen(function* () {
      const asked = [yield* ask("a"), yield* ask("b")]
      yield* pass
      yield* end(0, Exit.fail("no line"))
      for (const one of asked) expect(yield* Effect.merge(Fiber.join(one))).to.equal("no line")
      yield* ask("c")
      yield* pass
      expect(sent).to.deep.equal(["ab", "c"])
    }),
  )

  withRequests("sends nothing for members that were withdrawn", ({ ask, sent, end }) =>
    Effect.gen(function* () {
      yield* Effect.forEach("abcdef", ask)
      yield* pass
      const gone = yield* ask("g")
      yield* ask("h")
      yield* Fiber.interrupt(gone)
      yield* end(0)
      expect(sent).to.deep.equal(["abc", "def", "h"])
    }),
  )
})
