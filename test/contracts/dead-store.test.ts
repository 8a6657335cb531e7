import { expect } from "@esm-bundle/chai"
import type { LogEntry } from "../../src/layers/logger.js"
import { Bench, type FileStore, rejection, textFile } from "../support/bench.js"
import { makeStore } from "../support/store.js"

describe("an engine over a store that is shut down under it", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  /** `end` does what a `StoreRegistry` does 60 seconds after the last user of a store is gone. */
  const openStore = async () => {
    const ending = new AbortController()
    const store = (await makeStore({
      storeId: bench.storeId,
      signal: ending.signal,
    })) as unknown as FileStore
    return { store, end: () => ending.abort() }
  }

  it("says so by status, event and log, takes no file in, and counts what is only here", async () => {
    const { store, end } = await openStore()
    const log: LogEntry[] = []
    const { engine, events, until } = await bench.device({
      store,
      logger: (entry) => void log.push(entry),
      remote: { fault: () => new Promise(() => undefined) },
    })
    await until("it leads", () => engine.getStatus().leader)
    const id = await engine.saveFile(textFile("before"))
    expect(engine.getStatus()).to.include({ store: "open", onlyHere: 1 })
    end()
    await until("it is noticed", () => engine.getStatus().store === "disposed")
    expect(engine.getStatus()).to.include({ state: "error", onlyHere: 1 })
    expect(events).to.deep.include({ type: "store", state: "disposed" })
    expect(log.some(({ level, message }) => level === "Error" && message.includes("shut down"))).to.equal(
      true,
    )
    await until("it leads no more", () => !engine.getStatus().leader)

    expect(await rejection(engine.saveFile(textFile("after")))).to.include({
      _tag: "ConfigError",
      reason: "Disposed",
    })
    expect(await rejection(engine.deleteFile(id))).to.include({ _tag: "ConfigError", reason: "Disposed" })
    await engine.awaitIdle()
    await engine.dispose()

    const next = await bench.device()
    await next.until("it is back", () => next.engine.listFiles().length > 0)
    expect(next.engine.listFiles().map((file) => file.id)).to.deep.equal([id])
  })
})

describe("what goes wrong inside", () => {
  it("reaches the app's logger, and never the console", async () => {
    const bench = new Bench()
    const store = await bench.store()
    const log: LogEntry[] = []
    const said: unknown[] = []
    const { log: print, error: printError } = console
    try {
      const { engine, until } = await bench.device({ store, logger: (entry) => void log.push(entry) })
      await until("it leads", () => engine.getStatus().leader)
      const { query } = store
      Object.assign(console, {
        log: (...given: unknown[]) => said.push(given),
        error: (...given: unknown[]) => said.push(given),
      })
      Object.assign(store, {
        query: () => {
          throw new Error("The query failed")
        },
      })
      await engine.saveFile(textFile("x")).catch(() => undefined)
      Object.assign(store, { query })
      await until("it is logged", () => log.some(({ level }) => level === "Error"))
      expect(said.filter((line) => String(line).includes("Reading changed"))).to.deep.equal([])
    } finally {
      Object.assign(console, { log: print, error: printError })
      await bench.close()
    }
  })
})
