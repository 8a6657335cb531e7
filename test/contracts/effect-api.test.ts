import { expect } from "@esm-bundle/chai"
import { Chunk, Effect, Fiber, Layer, Stream, TestContext, Tracer } from "effect"
import { FileSyncConfig, FileSyncLive } from "../../src/layers/file-sync-live.js"
import { TestLayer } from "../../src/layers/test-layer.js"
import { LiveStore } from "../../src/services/file-records/LiveStore.js"
import { FileStorage } from "../../src/services/file-storage/FileStorage.js"
import { FileSync } from "../../src/services/file-sync/FileSync.js"
import { memoryAdapter } from "../../src/services/remote-file-storage/adapters/memory.js"
import { layerAdapter } from "../../src/services/remote-file-storage/layer-adapter.js"
import type { FileSyncEvent, TransferProgress } from "../../src/types/index.js"
import { Bench, textFile } from "../support/bench.js"
import { until } from "../support/until.js"

describe("an engine, for Effect programs", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  it("works over a remote and a store that a program brings", async () => {
    const objects = new Map<string, Blob>()
    const store = await bench.store()
    const program = Effect.gen(function* () {
      const { saveFile, readFile } = yield* FileStorage
      const sync = yield* FileSync
      yield* sync.start
      const id = yield* saveFile(textFile("x"))
      yield* sync.awaitIdle
      expect(sync.fileState(id)).to.include({ remote: true, local: true })
      const file = yield* readFile(id)
      expect(yield* Effect.promise(() => file.text())).to.equal("x")
    })
    const layer = Layer.provide(
      FileSyncLive,
      Layer.merge(layerAdapter(memoryAdapter({ objects })), Layer.succeed(LiveStore, store as never)),
    )
    await Effect.runPromise(
      program.pipe(
        Effect.provide(layer),
        Effect.provideService(FileSyncConfig, { keyOf: ({ contentHash }) => `mine/${contentHash}` }),
      ),
    )
    expect([...objects.keys()].map((key) => key.split("/")[0])).to.deep.equal(["mine"])
  })

  it("is quiet as soon as it has looked at everything, with no time passing", async () => {
    const program = Effect.gen(function* () {
      const sync = yield* FileSync
      yield* sync.start
      yield* sync.awaitIdle
      return sync.status()
    })
    const status = await Effect.runPromise(
      program.pipe(Effect.provide(TestLayer), Effect.provide(TestContext.TestContext)),
    )
    expect(status).to.include({ leader: true, state: "idle" })
  })

  it("works without a browser, a store or a network, for tests of an app", async () => {
    const program = Effect.gen(function* () {
      const { saveFile } = yield* FileStorage
      const sync = yield* FileSync
      yield* sync.start
      const id = yield* saveFile(textFile("x"))
      yield* sync.awaitIdle
      return sync.fileState(id).transfer
    })
    expect(await Effect.runPromise(Effect.provide(program, TestLayer))).to.equal("done")
  })

  it("has a span for each operation", async () => {
    const ended: Array<string> = []
    const tracer = Tracer.make({
      context: (run) => run(),
      span: (name, parent, context, links, startTime, kind) => {
        const attributes = new Map<string, unknown>()
        return {
          ...{
            _tag: "Span",
            spanId: name,
            traceId: "trace",
            sampled: true,
            name,
            parent,
            context,
            links,
            kind,
          },
          attributes,
          status: { _tag: "Started", startTime },
          attribute: (key, value) => void attributes.set(key, value),
          end: (_, exit) => void ended.push(`${name} ${exit._tag}`),
          event: () => undefined,
          addLinks: () => undefined,
        }
      },
    })
    const program = Effect.gen(function* () {
      const { saveFile, readFile } = yield* FileStorage
      const sync = yield* FileSync
      yield* sync.start
      yield* saveFile(textFile("x"))
      yield* Effect.either(readFile("nobody's"))
      yield* sync.awaitIdle
    })
    await Effect.runPromise(program.pipe(Effect.provide(TestLayer), Effect.withTracer(tracer)))
    expect(ended).to.include.members(["FileStorage.saveFile Success", "FileStorage.readFile Failure"])
  })

  it("gives progress and events as streams, which stop no work when they end", async () => {
    const { engine, until: untilThere } = await bench.device()
    const take = <A>(stream: Stream.Stream<A>, isLast: (one: A) => boolean) =>
      Effect.runFork(stream.pipe(Stream.takeUntil(isLast), Stream.runCollect))
    const progress = take<TransferProgress>(engine.progressStream, ({ status }) => status === "done")
    const events = take<FileSyncEvent>(engine.events, ({ type }) => type === "upload-done")
    const id = await engine.saveFile(textFile("four"))
    const collect = async <A>(fiber: Fiber.RuntimeFiber<Chunk.Chunk<A>>) =>
      Chunk.toReadonlyArray(await Effect.runPromise(Fiber.join(fiber)))
    expect((await collect(progress)).at(-1)).to.deep.equal({
      kind: "upload",
      fileId: id,
      status: "done",
      loaded: 4,
      total: 4,
    })
    expect((await collect(events)).map(({ type }) => type)).to.deep.equal([
      "saved",
      "upload-started",
      "upload-done",
    ])
    const after = await engine.saveFile(textFile("after"))
    await untilThere("it is remote", () => engine.getFileState(after).remote)
  })
})

describe("an engine's log", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  it("goes to the app's listener as data, and to no console", async () => {
    const lines: Array<{ readonly level: string; readonly message: string }> = []
    const said: unknown[] = []
    const methods = ["log", "info", "warn", "error", "debug"] as const
    const own = methods.map((method) => [method, globalThis.console[method]] as const)
    for (const [method] of own) globalThis.console[method] = (...given: unknown[]) => void said.push(given)
    try {
      const store = await bench.store()
      const { engine } = await bench.device({ store, start: false, logger: (line) => void lines.push(line) })
      await engine.saveFile(textFile("x"))
      // The journal of a tab that is gone cannot be read: the leader logs it and tries again.
      const { Outbox } = await import("../../src/services/outbox/Outbox.js")
      const outbox = await engine.runtime.runPromise(Outbox)
      Object.assign(outbox, { adopt: () => Effect.fail(new Error("unreadable")) })
      await engine.start()
      const isReported = () =>
        lines.some(({ level, message }) => level === "Error" && message.startsWith("The leader failed"))
      await until("it is reported", isReported, () => () => undefined)
      await engine.dispose()
      const silent = await bench.device({ store, start: false })
      await silent.engine.saveFile(textFile("y"))
      await silent.engine.dispose()
      expect(said).to.deep.equal([])
    } finally {
      for (const [method, original] of own) globalThis.console[method] = original
    }
  })
})
