import { Context, Effect, Layer } from "effect"
import { LocalFileStorage } from "./LocalFileStorage.js"
import { isOpfsAvailable, layerOpfs } from "./layer-opfs.js"
import { layerMemory } from "./layer-memory.js"

/** OPFS where this browser and mode offer it, else memory, and `kind` says which. Decided at the first use. */
export const layerAuto = (options: { readonly storeId: string; readonly isServed: () => boolean }) =>
  Layer.scoped(
    LocalFileStorage,
    Effect.gen(function* () {
      // Built into this layer's own scope: what they clean up is cleaned up when it closes, not now.
      const opfs = Context.get(yield* Layer.build(layerOpfs(options)), LocalFileStorage)
      const memory = Context.get(yield* Layer.build(layerMemory(options)), LocalFileStorage)
      let kind: "opfs" | "memory" = typeof navigator.storage?.getDirectory === "function" ? "opfs" : "memory"
      // A promise: `Effect.cached` would keep the interruption of whoever asked first, for ever.
      let asked: Promise<boolean> | undefined
      const ask = kind === "memory" ? Effect.succeed(false) : isOpfsAvailable
      const chosen = Effect.map(
        Effect.promise(() => (asked ??= Effect.runPromise(ask))),
        (isAvailable) => {
          kind = isAvailable ? "opfs" : "memory"
          return isAvailable ? opfs : memory
        },
      )
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
        hashStored: (...given) => Effect.flatMap(chosen, (storage) => storage.hashStored(...given)),
        receive: (...given) => Effect.flatMap(chosen, (storage) => storage.receive(...given)),
        storeVerified: (...given) => Effect.flatMap(chosen, (storage) => storage.storeVerified(...given)),
        sweepUnfinished: (...given) => Effect.flatMap(chosen, (storage) => storage.sweepUnfinished(...given)),
        getFileUrl: (...given) => Effect.flatMap(chosen, (storage) => storage.getFileUrl(...given)),
        releaseFileUrl: (...given) => Effect.flatMap(chosen, (storage) => storage.releaseFileUrl(...given)),
        estimate: Effect.flatMap(chosen, (storage) => storage.estimate),
        persist: Effect.flatMap(chosen, (storage) => storage.persist),
      })
    }),
  )
