import { expect } from "@esm-bundle/chai"
import { Context, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { itLive } from "../../../test/support/it-effect.js"
import { IoWorker } from "./IoWorker.js"
import { layerIoWorker } from "./layer-io-worker.js"

const startFrom = (text: string) => () =>
  new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })))

/** Answers every request with the names of those it has had. */
const tellsNames = startFrom(`const names = []
onmessage = ({ data }) => {
  if (data.type !== "request") return
  names.push(data.name)
  postMessage({ type: "answer", id: data.id, answer: names })
}`)

describe("the I/O worker", () => {
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

  itLive("reports an answer that came too late to be stopped, and does not settle before it", () =>
    Effect.gen(function* () {
      const io = yield* IoWorker
      const reported: string[] = []
      const asking = yield* Effect.fork(
        io.request(
          "ingest",
          { file: new Blob(["x"]) },
          { onAnswer: ({ contentHash }) => void reported.push(contentHash) },
        ),
      )
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(asking)
      expect(reported).to.deep.equal(["stored"])
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

  itLive("starts again for the next request when the browser refused to start it", () => {
    let refusals = 2
    const start = () => {
      if (refusals-- > 0) throw new DOMException("Not now", "SecurityError")
      return tellsNames()
    }
    return Effect.gen(function* () {
      const io = yield* IoWorker
      expect((yield* Effect.flip(io.request("list", null))).name).to.equal("WorkerError")
      expect(yield* io.request("list", null)).to.deep.equal(["list"])
    }).pipe(Effect.provide(layerIoWorker("io", start)))
  })

  itLive("fails what waits when the engine is stopped", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const layer = layerIoWorker("io", startFrom("onmessage = () => {}"))
      const context = yield* Layer.buildWithScope(layer, scope)
      const waiting = yield* Effect.fork(Effect.flip(Context.get(context, IoWorker).request("list", null)))
      yield* Effect.yieldNow()
      yield* Scope.close(scope, Exit.void)
      expect((yield* Fiber.join(waiting)).name).to.equal("AbortError")
    }),
  )
})
