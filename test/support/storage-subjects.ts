import { Effect, Layer, type Scope } from "effect"
import { layerSubtle } from "../../src/services/local-file-storage/hashing/layer-subtle.js"
import { layerIoWorker } from "../../src/services/local-file-storage/layer-io-worker.js"
import { layerMemory } from "../../src/services/local-file-storage/layer-memory.js"
import { layerOpfs } from "../../src/services/local-file-storage/layer-opfs.js"
import { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import { itLive } from "./it-effect.js"
import { startWithoutSyncAccess } from "./no-sync-access.js"
import { listFolder, removeStoreFolder } from "./opfs.js"
import type { Unless } from "./skip-because.js"

/** A size that takes the streaming way. */
export const streamedBytes = 20 * 1024 * 1024
/** Hints of a text file. */
export const hints = { mimeType: "text/plain", name: "a.txt" }

/** One implementation. */
export interface Subject {
  readonly name: string
  readonly layer: (storeId: string) => Layer.Layer<LocalFileStorage>
  /** Entries of the folder for unfinished bytes. */
  readonly unfinished: (storeId: string) => Promise<ReadonlyArray<string>>
}

/** Every implementation the contract is run for. */
export const storageSubjects: ReadonlyArray<Subject> = [
  {
    name: "OPFS",
    layer: (storeId) =>
      layerOpfs({ storeId, isServed: () => false }).pipe(Layer.provide(layerIoWorker(storeId))),
    unfinished: (storeId) => listFolder(storeId, "tmp"),
  },
  {
    name: "OPFS without synchronous access",
    layer: (storeId) =>
      layerOpfs({ storeId, isServed: () => false }).pipe(
        Layer.provide(layerIoWorker(storeId, startWithoutSyncAccess)),
      ),
    // Chromium lists what open writers keep beside their files until they close.
    unfinished: async (storeId) =>
      (await listFolder(storeId, "tmp")).filter((name) => !name.endsWith(".crswap")),
  },
  {
    name: "memory",
    layer: (storeId) => layerMemory({ storeId }).pipe(Layer.provide(layerSubtle)),
    unfinished: async () => [],
  },
]

/** The service. */
export type Storage = LocalFileStorage["Type"]

/** Inside a `describe`: makes tests that each get a storage of their own, which is removed in the end. */
export const storageTests = (subject: Subject) => {
  const storeIds: string[] = []
  after(async () => {
    await Promise.all(storeIds.map(removeStoreFolder))
  })
  const newStoreId = (): string => {
    const storeId = `storage ${crypto.randomUUID()}`
    storeIds.push(storeId)
    return storeId
  }
  const withStorage = <A, E>(
    name: string,
    body: (storage: Storage, storeId: string) => Effect.Effect<A, E, Scope.Scope>,
    unless?: Unless,
  ) =>
    itLive(
      name,
      () => {
        const storeId = newStoreId()
        return Effect.flatMap(LocalFileStorage, (storage) => body(storage, storeId)).pipe(
          Effect.provide(subject.layer(storeId)),
        )
      },
      unless,
    )
  const unfinished = (storeId: string) => Effect.promise(() => subject.unfinished(storeId))
  return { withStorage, unfinished, newStoreId }
}
