import { expect } from "@esm-bundle/chai"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import { makeReceiveWindow } from "./receive-window.js"

const megabyte = 1024 * 1024

/** A worker that takes pieces on command, and keeps what it was given. */
const makeSlowWorker = () => {
  const taken: Array<Uint8Array> = []
  const gates: Array<Deferred.Deferred<void, string>> = []
  return {
    taken,
    gates,
    window: makeReceiveWindow((bytes: Uint8Array<ArrayBuffer>) =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void, string>()
        gates.push(gate)
        taken.push(bytes)
        yield* Deferred.await(gate)
        return bytes.buffer
      }),
    ),
  }
}

const counting = (sizeBytes: number, from = 0): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: sizeBytes }, (_, at) => (from + at) % 251)

describe("makeReceiveWindow", () => {
  itEffect("joins small pieces and keeps their order", () =>
    Effect.gen(function* () {
      const received: Array<Uint8Array> = []
      const window = makeReceiveWindow((bytes: Uint8Array<ArrayBuffer>) =>
        Effect.sync(() => {
          received.push(bytes)
          return new ArrayBuffer(0)
        }),
      )
      const whole = counting(2.5 * megabyte)
      for (let at = 0; at < whole.length; at += 60_000) yield* window.write(whole.slice(at, at + 60_000))
      yield* window.flush
      expect(received.map(({ byteLength }) => byteLength)).to.deep.equal([megabyte, megabyte, megabyte / 2])
      const joined = new Uint8Array(whole.length)
      let position = 0
      for (const piece of received) {
        joined.set(piece, position)
        position += piece.byteLength
      }
      expect(joined.every((byte, at) => byte === whole[at])).to.equal(true)
    }),
  )

  itEffect("lets a few pieces be on their way and then waits for room", () =>
    Effect.gen(function* () {
      const { window, taken, gates } = makeSlowWorker()
      const writing = yield* Effect.fork(window.write(counting(6 * megabyte)))
      yield* Effect.yieldNow()
      while (taken.length < 4) yield* Effect.yieldNow()
      expect(writing.unsafePoll()).to.equal(null)
      for (const gate of [...gates]) yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(writing)
      while (taken.length < 6) yield* Effect.yieldNow()
    }),
  )

  itEffect("fills a buffer again once it has come back", () =>
    Effect.gen(function* () {
      const seen = new Set<ArrayBuffer>()
      const window = makeReceiveWindow((bytes: Uint8Array<ArrayBuffer>) =>
        Effect.sync(() => {
          seen.add(bytes.buffer)
          return bytes.buffer
        }),
      )
      for (let at = 0; at < 20; at++) {
        yield* window.write(counting(megabyte))
        yield* Effect.yieldNow()
      }
      yield* window.flush
      expect(seen.size).to.be.at.most(4)
    }),
  )

  itEffect("reports the failure of an earlier piece, and forgets it when it is reset", () =>
    Effect.gen(function* () {
      const { window, gates } = makeSlowWorker()
      yield* window.write(counting(megabyte))
      while (gates.length < 1) yield* Effect.yieldNow()
      yield* Deferred.fail(gates[0] as Deferred.Deferred<void, string>, "full")
      expect(yield* Effect.exit(window.flush)).to.deep.equal(Exit.fail("full"))
      expect(yield* Effect.exit(window.write(counting(1)))).to.deep.equal(Exit.fail("full"))
      yield* window.reset
      expect(yield* Effect.exit(window.write(counting(1)))).to.deep.equal(Exit.void)
    }),
  )
})
