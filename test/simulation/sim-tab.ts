import { Effect, Layer, Logger, ManagedRuntime, Random, Scheduler } from "effect"
import { layerEngine } from "../../src/layers/engine.js"
import { withDefaults } from "../../src/layers/engine-defaults.js"
import { type Client, makeClient } from "../../src/client/client.js"
import { layerLiveStore } from "../../src/services/file-records/layer-livestore.js"
import { NextTask } from "../../src/services/file-records/NextTask.js"
import { FileIds } from "../../src/services/file-storage/file-ids.js"
import { makeOutbox } from "../../src/services/outbox/make-outbox.js"
import { Outbox } from "../../src/services/outbox/Outbox.js"
import { layerAdapter } from "../../src/services/remote-file-storage/layer-adapter.js"
import { StoreLookInterval } from "../../src/services/status/layer-store-watch.js"
import { layerMemoryTabs } from "../../src/services/tabs/layer-memory-tabs.js"
import { StorageError } from "../../src/errors/index.js"
import type { SeededRandom } from "./random.js"
import type { SimClock } from "./sim-clock.js"
import type { SimDevice } from "./sim-device.js"
import { layerSimDisk, type Step } from "./sim-disk.js"
import { simAdapter } from "./sim-remote.js"

/** All devices of a simulation share this store. */
export const storeId = "sim"

/** How long a version that lost stays restorable, an hour: short enough for a simulation to see its end. */
export const restorableMs = 3_600_000

/** One open tab: a whole engine on a simulated browser. */
export class SimTab {
  readonly id: string
  readonly client: Client
  readonly #runtime: { readonly dispose: () => Promise<void> }
  readonly #session
  readonly #browser
  #isAlive = true

  constructor(device: SimDevice, id: string, clock: SimClock, random: SeededRandom) {
    this.id = id
    const { disk, liveStore } = device
    const session = liveStore.open({
      allLocal: () => [...disk.local.values()],
      setLocal: (entries) => {
        disk.setLocal(entries)
        for (const other of liveStore.sessions) other.localChanged(entries)
      },
      heard: () => disk.heard,
      changeVersions: (statements, isLearned) => {
        if (isLearned) disk.heard.push(...statements)
        for (const other of liveStore.sessions) other.versionsChanged(statements)
      },
      isPaused: () => disk.device.paused,
      setPaused: (paused) => {
        disk.device.set(paused)
        for (const other of liveStore.sessions) other.pausedChanged()
      },
      committed: () => device.committed(),
      later: (run) => void clock.after(random.chance(0.5) ? 1 : random.below(400), run),
    })
    this.#session = session
    this.#browser = device.browser
    const isAlive = () => this.#isAlive
    // A kill may come between any two steps: each takes a moment, and a dead tab takes none.
    const step: Step = (effect) =>
      Effect.zipRight(
        Effect.sleep(1),
        Effect.suspend(() => (isAlive() ? effect : Effect.interrupt)),
      )
    const journals = makeOutbox(
      {
        append: (journal, lines) =>
          step(
            Effect.sync(() => void disk.journals.set(journal, (disk.journals.get(journal) ?? "") + lines)),
          ),
        truncate: (journal) => step(Effect.sync(() => void disk.journals.set(journal, ""))),
        list: step(Effect.sync(() => [...disk.journals.keys()])),
        read: (journal) =>
          step(
            Effect.suspend(() => {
              const lines = disk.journals.get(journal)
              const gone = new StorageError({
                reason: "NotFound",
                operation: "use the outbox",
                subject: journal,
              })
              return lines === undefined ? Effect.fail(gone) : Effect.succeed(lines)
            }),
          ),
        remove: (journal) => step(Effect.sync(() => void disk.journals.delete(journal))),
      },
      id,
    )
    const adapter = simAdapter(
      device.remote,
      {
        isOnline: () => device.isOnline,
        isAlive,
        onTransfer: (contentHash) => device.cancelled.check(contentHash),
      },
      clock,
      random,
    )
    let nextFile = 0
    const platform = Layer.mergeAll(
      layerSimDisk(disk, step),
      Layer.succeed(Outbox, journals),
      layerMemoryTabs(device.browser, id),
      layerLiveStore(session, storeId),
      Layer.succeed(NextTask, Effect.sleep(1)),
      Layer.succeed(StoreLookInterval, 3_600_000),
      layerAdapter(adapter),
      Layer.succeed(FileIds, { next: () => `${id}-${nextFile++}` }),
      Layer.setClock(clock.asEffectClock(device.wrongByMs)),
      Layer.setRandom(Random.make(random.below(1_000_000))),
      Layer.setScheduler(new Scheduler.MixedScheduler(1_000_000)),
      Logger.remove(Logger.defaultLogger),
    )
    const runtime = ManagedRuntime.make(
      layerEngine(withDefaults(storeId, { restorableMs, maxCacheBytes: device.maxCacheBytes })).pipe(
        Layer.provideMerge(platform),
      ),
    )
    this.#runtime = runtime
    this.client = makeClient({ storeId, runtime, persist: false })
    void this.client.start()
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** Closed by the user: the engine may finish what it can at once. */
  async close(): Promise<void> {
    await this.client.dispose()
    this.#end()
  }

  /** Gone in the middle of whatever it did. */
  kill(): void {
    this.#end()
    this.#browser.drop(this.id)
    void this.#runtime.dispose().catch(() => undefined)
  }

  #end(): void {
    this.#isAlive = false
    this.#session.kill()
  }
}
