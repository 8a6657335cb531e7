import { expect } from "@esm-bundle/chai"
import { Bench, rejection, textFile } from "../../test/support/bench.js"
import { getFileSync } from "./global-client.js"
import { openFileSync, type OpenFileSyncOptions } from "./open-file-sync.js"

/** Workers started while `work` runs, and those of them that were ended. */
const workersDuring = async (work: () => Promise<void>) => {
  const original = globalThis.Worker
  const counts = { started: 0, ended: 0 }
  globalThis.Worker = class extends original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options)
      if (options?.name === "livestore-filesync-io") counts.started++
    }
    override terminate(): void {
      counts.ended++
      super.terminate()
    }
  }
  try {
    await work()
  } finally {
    globalThis.Worker = original
  }
  return counts
}

describe("openFileSync", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  const options = (): Omit<OpenFileSyncOptions, "store"> => ({
    storeId: bench.storeId,
    remoteAdapter: bench.adapter(),
    serviceWorker: false,
    cache: { persist: false },
  })

  it("takes a store, starts, and becomes the engine of the page", async () => {
    const engine = await openFileSync({ ...options(), store: await bench.store() })
    try {
      expect(getFileSync()).to.equal(engine)
      const id = await engine.saveFile(textFile("hello"))
      await engine.awaitIdle()
      expect(engine.getFileState(id)).to.include({ transfer: "done", remote: true })
    } finally {
      await engine.dispose()
    }
  })

  it("starts its worker while the store still opens, and uses that one", async () => {
    const counts = await workersDuring(async () => {
      const engine = await openFileSync({ ...options(), store: bench.store(), global: false })
      await engine.saveFile(textFile("hello"))
      await engine.dispose()
    })
    expect(counts).to.deep.equal({ started: 1, ended: 1 })
  })

  it("does not start with `autoStart: false`, and saves all the same", async () => {
    const engine = await openFileSync({
      ...options(),
      store: await bench.store(),
      autoStart: false,
      global: false,
    })
    try {
      const id = await engine.saveFile(textFile("hello"))
      expect(engine.getStatus().leader).to.equal(false)
      expect(engine.getFileState(id)).to.include({ local: true, remote: false })
    } finally {
      await engine.dispose()
    }
  })

  it("rejects with what opening the store failed with, and leaves no worker behind", async () => {
    const counts = await workersDuring(async () => {
      const failure = new Error("LiveStore did not open")
      const asked = openFileSync({ ...options(), store: Promise.reject(failure), global: false })
      expect(await rejection(asked)).to.equal(failure)
      // The worker is ended once the program that started it has loaded.
      await import("./prepare-engine.js")
      await Promise.resolve()
    })
    expect(counts.ended).to.equal(counts.started)
  })

  it("rejects with ConfigError for a store without our tables", async () => {
    const store = { ...(await bench.store()), schema: { state: { sqlite: { tables: new Map() } } } }
    const asked = openFileSync({ ...options(), store: store as never, global: false })
    expect(await rejection(asked)).to.include({ _tag: "ConfigError", reason: "MissingSchema" })
  })
})
