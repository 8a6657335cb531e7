import { Context, Effect, Layer } from "effect"
import { LocalFileStorage } from "./LocalFileStorage.js"
import { isOpfsAvailable } from "./is-opfs-available.js"
import { layerMemory } from "./layer-memory.js"
import { layerOpfs } from "./layer-opfs.js"

/**
 * OPFS where this browser and mode offer it, else memory, and `kind` says which. Decided at the first use, because the
 * browser has to be asked; until then `kind` is what the browser's interface promises.
 */
export const layerAuto = (options: { readonly storeId: string; readonly isServed: () => boolean }) =>
  Layer.scoped(
    LocalFileStorage,
    Effect.gen(function* () {
      const opfs = Context.get(yield* Layer.build(layerOpfs(options)), LocalFileStorage)
      const memory = Context.get(yield* Layer.build(layerMemory(options)), LocalFileStorage)
      return choose(opfs, memory)
    }),
  )

type Storage = LocalFileStorage["Type"]

const choose = (opfs: Storage, memory: Storage): Storage => {
  const isThinkable = typeof navigator.storage?.getDirectory === "function"
  let kind = (isThinkable ? opfs : memory).kind
  // A promise: `Effect.cached` would keep the interruption of the first caller.
  let asked: Promise<Storage> | undefined
  const ask = async (): Promise<Storage> => {
    const storage = isThinkable && (await isOpfsAvailable()) ? opfs : memory
    kind = storage.kind
    return storage
  }
  const chosen = Effect.promise(() => (asked ??= ask()))
  return LocalFileStorage.of({
    get kind() {
      return kind
    },
    writeFile: (...given) => Effect.flatMap(chosen, (storage) => storage.writeFile(...given)),
    readFile: (...given) => Effect.flatMap(chosen, (storage) => storage.readFile(...given)),
    deleteFile: (...given) => Effect.flatMap(chosen, (storage) => storage.deleteFile(...given)),
    fileExists: (...given) => Effect.flatMap(chosen, (storage) => storage.fileExists(...given)),
    filesExist: (...given) => Effect.flatMap(chosen, (storage) => storage.filesExist(...given)),
    listFiles: Effect.flatMap(chosen, (storage) => storage.listFiles),
    spaceBeside: Effect.flatMap(chosen, (storage) => storage.spaceBeside),
    hashStored: (...given) => Effect.flatMap(chosen, (storage) => storage.hashStored(...given)),
    receive: (...given) => Effect.flatMap(chosen, (storage) => storage.receive(...given)),
    storeVerified: (...given) => Effect.flatMap(chosen, (storage) => storage.storeVerified(...given)),
    sweepUnfinished: (...given) => Effect.flatMap(chosen, (storage) => storage.sweepUnfinished(...given)),
    getFileUrl: (...given) => Effect.flatMap(chosen, (storage) => storage.getFileUrl(...given)),
    releaseFileUrl: (...given) => Effect.flatMap(chosen, (storage) => storage.releaseFileUrl(...given)),
    estimate: Effect.flatMap(chosen, (storage) => storage.estimate),
    persist: Effect.flatMap(chosen, (storage) => storage.persist),
  })
}
