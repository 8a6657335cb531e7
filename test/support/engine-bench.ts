import { Effect, type Scope, TestClock } from "effect"
import type { Engine, EngineConfig, Platform } from "../../src/layers/engine.js"
import { layerTest } from "../../src/layers/test-layer.js"
import { memoryAdapter } from "../../src/services/remote-file-storage/adapters/memory.js"
import { FileRecords } from "../../src/services/file-records/FileRecords.js"
import { FileStorage } from "../../src/services/file-storage/FileStorage.js"
import { FileSync } from "../../src/services/file-sync/FileSync.js"
import { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import type { RemoteStorageAdapter } from "../../src/types/index.js"
import { itEffect } from "./it-effect.js"

/** Lets promises of the platform take a turn. */
export const nextTask = Effect.promise(
  () =>
    new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(null)
    }),
)

/** Hashing and reading take the processor's time, which a busy machine has little of. */
const platformMs = 5_000

/**
 * Lets everything happen that needs no time, and what is due every second up to `seconds`, until the condition holds;
 * fails when it never does. Then the platform gets its own time to end what it is at.
 */
export const eventually = (what: string, isSo: () => boolean, seconds = 5): Effect.Effect<void> =>
  Effect.gen(function* () {
    const turn = Effect.zipRight(TestClock.adjust(0), nextTask)
    for (let step = 0; step < seconds * 10; step++) {
      // Promises of the platform (hashes, blobs) take turns of their own.
      for (let turns = 0; turns < 20; turns++) {
        if (isSo()) return
        yield* turn
      }
      yield* TestClock.adjust("100 millis")
    }
    for (const endMs = performance.now() + platformMs; performance.now() < endMs; ) {
      if (isSo()) return
      yield* turn
    }
    throw new Error(`Never happened: ${what}`)
  })

/** Lets so much time pass, and everything that is due in it happen. */
export const pass = (seconds: number): Effect.Effect<void> => {
  const steps = Math.min(seconds, 200)
  const step = TestClock.adjust(`${(seconds * 1000) / steps} millis`)
  return Effect.repeatN(Effect.zipRight(step, nextTask), steps - 1)
}

/** A whole engine in memory whose clock only moves when a test advances it, and the services a test asks. */
export interface EngineBench {
  readonly storage: FileStorage["Type"]
  readonly sync: FileSync["Type"]
  readonly records: FileRecords["Type"]
  readonly local: LocalFileStorage["Type"]
  /** What the remote holds. */
  readonly objects: Map<string, Blob>
}

/** A test of such an engine; `adapter` changes what the remote does. */
export const withEngine = <A, E>(
  what: string,
  options: Partial<EngineConfig> & { readonly adapter?: Partial<RemoteStorageAdapter> },
  body: (bench: EngineBench) => Effect.Effect<A, E, Scope.Scope | Engine | Platform>,
) =>
  itEffect(what, () => {
    const { adapter, ...config } = options
    const objects = new Map<string, Blob>()
    return Effect.gen(function* () {
      const storage = yield* FileStorage
      const sync = yield* FileSync
      const records = yield* FileRecords
      const local = yield* LocalFileStorage
      yield* body({ storage, sync, records, local, objects })
    }).pipe(
      Effect.provide(layerTest({ ...config, remoteAdapter: { ...memoryAdapter({ objects }), ...adapter } })),
    )
  })
