import { expect } from "@esm-bundle/chai"
import { Context, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { itLive } from "../../../test/support/it-effect.js"
import { IoWorker } from "./IoWorker.js"
import { layerIoWorker, startSpareIoWorker } from "./layer-io-worker.js"

const startFrom = (text: string) => () =>
  new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })))

/** Answers every request with the names of those it has had. */
const tellsNames = startFrom(`const names = []
onmessage = ({ data }) => {
  if (data.type !== "request") return
  names.push(data.name)
  postMessage({ type: "answer", id: data.id, answer: names })
}`)

/** A worker whose program is still on its way until `arrive` or `fail` is called; counts how often it was asked for. */
const onItsWay = (start: () => Worker) => {
  const way = { asked: 0, arrive: () => undefined as void, fail: () => undefined as void }
  return {
    way,
    start: () => {
      way.asked++
      return new Promise<Worker>((resolve, reject) => {
        way.arrive = () => resolve(start())
        way.fail = () => reject(new TypeError("Failed to fetch"))
      })
    },
  }
}

/** Runs `work` and gives the workers started meanwhile, which it may look at; each runs what `toUrl` makes of its address. */
const startedWhile = <A, E>(
  work: (started: ReadonlyArray<Worker>) => Effect.Effect<A, E>,
  toUrl: (url: string | URL) => string | URL = (url) => url,
) => {
  const started: Worker[] = []
  return Effect.acquireUseRelease(
    Effect.sync(() => {
      const original = globalThis.Worker
      globalThis.Worker = class extends original {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(toUrl(url), options)
          started.push(this)
        }
      }
      return original
    }),
    () => Effect.as(work(started), started),
    (original) => Effect.sync(() => (globalThis.Worker = original)),
  )
}

const listOnce = Effect.flatMap(IoWorker, (io) => io.request("journalList", null)).pipe(
  Effect.provide(layerIoWorker("io-spare")),
)

describe("the I/O worker", () => {
  itLive("is the one that was started before, for one engine", () =>
    Effect.gen(function* () {
      const started = yield* startedWhile(() =>
        Effect.promise(startSpareIoWorker).pipe(Effect.zipRight(listOnce), Effect.zipRight(listOnce)),
      )
      expect(started).to.have.length(2)
    }),
  )

  itLive("is not started before for an engine that is there already", () =>
    Effect.gen(function* () {
      const started = yield* startedWhile(() =>
        Effect.gen(function* () {
          const starting = startSpareIoWorker()
          yield* listOnce
          yield* Effect.promise(() => starting)
        }),
      )
      expect(started).to.have.length(1)
    }),
  )

  itLive("is a new one when the one that was started before failed", () =>
    Effect.gen(function* () {
      const failing = URL.createObjectURL(
        new Blob(["throw new Error('refused')"], { type: "text/javascript" }),
      )
      yield* startedWhile(
        (started) =>
          Effect.promise(async () => {
            await startSpareIoWorker()
            // Asked after whoever started it, and so told after it.
            await new Promise((resolve) => started[0]?.addEventListener("error", resolve))
          }),
        () => failing,
      )
      expect(yield* startedWhile(() => listOnce)).to.have.length(1)
    }),
  )

  itLive("fails every request, early and late, when the worker cannot start", () =>
    Effect.gen(function* () {
      const io = yield* IoWorker
      const early = yield* Effect.flip(io.request("list", null))
      expect(early.name).to.equal("WorkerError")
      const late = yield* Effect.flip(io.request("list", null))
      expect(late.name).to.equal("WorkerError")
    }).pipe(Effect.provide(layerIoWorker("io", startFrom("throw new Error('refused')")))),
  )

  itLive("fails requests that come after it was stopped, instead of leaving them waiting", () =>
    Effect.gen(function* () {
      const io = yield* IoWorker.pipe(Effect.provide(layerIoWorker("io", startFrom("onmessage = () => {}"))))
      const error = yield* Effect.flip(io.request("list", null))
      expect(error.name).to.equal("AbortError")
    }),
  )

  itLive("fails the one request whose contents cannot be sent", () =>
    Effect.gen(function* () {
      const io = yield* IoWorker
      const file = (() => undefined) as unknown as Blob
      const error = yield* Effect.flip(io.request("hash", { file }))
      expect(error.name).to.equal("DataCloneError")
    }).pipe(Effect.provide(layerIoWorker("io", startFrom("onmessage = () => {}")))),
  )

  itLive("tells of an answer that came too late to be stopped, and is not done before it", () =>
    Effect.gen(function* () {
      const io = yield* IoWorker
      const told: string[] = []
      const asking = yield* Effect.fork(
        io.request(
          "ingest",
          { file: new Blob(["x"]) },
          { onAnswer: ({ contentHash }) => void told.push(contentHash) },
        ),
      )
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(asking)
      expect(told).to.deep.equal(["stored"])
    }).pipe(
      Effect.provide(
        layerIoWorker(
          "io",
          startFrom(`onmessage = ({ data }) => {
            if (data.type === "abort")
              postMessage({ type: "answer", id: data.id, answer: { contentHash: "stored", existed: false } })
          }`),
        ),
      ),
    ),
  )

  describe("before its program has loaded", () => {
    itLive("keeps requests in order and answers them when it comes", () => {
      const { way, start } = onItsWay(tellsNames)
      return Effect.gen(function* () {
        const io = yield* IoWorker
        expect(way.asked).to.equal(1)
        const first = yield* Effect.fork(io.request("list", null))
        const second = yield* Effect.fork(io.request("journalList", null))
        yield* Effect.yieldNow()
        way.arrive()
        expect(yield* Fiber.join(first)).to.deep.equal(["list"])
        expect(yield* Fiber.join(second)).to.deep.equal(["list", "journalList"])
        expect(yield* io.request("list", null)).to.deep.equal(["list", "journalList", "list"])
        expect(way.asked).to.equal(1)
      }).pipe(Effect.provide(layerIoWorker("io", start)))
    })

    itLive("never sends a request that was called off meanwhile", () => {
      const { way, start } = onItsWay(tellsNames)
      return Effect.gen(function* () {
        const io = yield* IoWorker
        const off = yield* Effect.fork(
          io.request("ingest", { file: new Blob(["x"]) }, { onAnswer: () => {} }),
        )
        const wanted = yield* Effect.fork(io.request("list", null))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(off)
        way.arrive()
        expect(yield* Fiber.join(wanted)).to.deep.equal(["list"])
      }).pipe(Effect.provide(layerIoWorker("io", start)))
    })

    itLive("fails what waits when it cannot be loaded, and tries again for the next request", () => {
      const { way, start } = onItsWay(tellsNames)
      return Effect.gen(function* () {
        const io = yield* IoWorker
        const early = yield* Effect.fork(Effect.flip(io.request("list", null)))
        yield* Effect.yieldNow()
        way.fail()
        expect((yield* Fiber.join(early)).name).to.equal("WorkerError")
        const later = yield* Effect.fork(io.request("list", null))
        yield* Effect.yieldNow()
        expect(way.asked).to.equal(2)
        way.arrive()
        expect(yield* Fiber.join(later)).to.deep.equal(["list"])
      }).pipe(Effect.provide(layerIoWorker("io", start)))
    })

    itLive("fails what waits when the engine is stopped", () => {
      const { start } = onItsWay(tellsNames)
      return Effect.gen(function* () {
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(layerIoWorker("io", start), scope)
        const waiting = yield* Effect.fork(Effect.flip(Context.get(context, IoWorker).request("list", null)))
        yield* Effect.yieldNow()
        yield* Scope.close(scope, Exit.void)
        expect((yield* Fiber.join(waiting)).name).to.equal("AbortError")
      })
    })
  })
})
