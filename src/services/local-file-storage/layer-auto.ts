import { Context, Effect, Exit, Layer } from "effect"
import { StorageError } from "../../errors/index.js"
import type { Hasher } from "./hashing/Hasher.js"
import { LocalFileStorage } from "./LocalFileStorage.js"
import { isOpfsAvailable } from "./is-opfs-available.js"
import type { IoWorker } from "./IoWorker.js"
import type { layerOpfs } from "./layer-opfs.js"

/**
 * OPFS where this browser and mode offer it, else memory, and `kind` says which. Decided at the first use; what keeps
 * files in OPFS loads beside the page, asked for when this is built.
 */
export const layerAuto = (
  options: { readonly storeId: string; readonly isServed: () => boolean },
  importOpfs: () => Promise<{ readonly layerOpfs: typeof layerOpfs }>,
) =>
  Layer.scoped(
    LocalFileStorage,
    Effect.gen(function* () {
      const isThinkable = typeof navigator.storage?.getDirectory === "function"
      const opfs = yield* loadStorage<IoWorker>("keep files in OPFS", async () =>
        (await importOpfs()).layerOpfs(options),
      )
      const memory = yield* loadMemory(options)
      if (isThinkable) importOpfs().catch(() => undefined) // Told to whoever needs it.
      return makeChosen(
        isThinkable ? "opfs" : "memory",
        Effect.flatMap(isThinkable ? isOpfsAvailable : Effect.succeed(false), (isAvailable) =>
          isAvailable ? opfs : memory,
        ),
      )
    }),
  )

/** Memory; what keeps files there loads at the first use, and where that fails, at the next. */
export const layerMemoryOnDemand = (options: { readonly storeId: string }, importIt = importMemory) =>
  Layer.scoped(
    LocalFileStorage,
    Effect.map(loadMemory(options, importIt), (memory) => makeChosen("memory", memory)),
  )

const importMemory = () => import("./layer-memory.js")

/** Few pages ever need it: private windows, and apps that want it. */
const loadMemory = (options: { readonly storeId: string }, importIt = importMemory) =>
  loadStorage<Hasher>("keep files in memory", async () => (await importIt()).layerMemory(options))

/** Built into the scope of whoever prepares it: what it cleans up is cleaned up when that closes. */
const loadStorage = <Needs>(
  operation: string,
  load: () => Promise<Layer.Layer<LocalFileStorage, never, Needs>>,
) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const needs = yield* Effect.context<Needs>()
    return Effect.tryPromise({
      try: load,
      catch: (cause) => new StorageError({ reason: "Unavailable", operation, cause }),
    }).pipe(
      Effect.flatMap((layer) => Layer.buildWithScope(layer, scope)),
      Effect.map((built) => Context.get(built, LocalFileStorage)),
      Effect.provide(needs),
    )
  })

type Storage = LocalFileStorage["Type"]

const makeChosen = (expected: Storage["kind"], choose: Effect.Effect<Storage, StorageError>): Storage => {
  let kind = expected
  // A promise: `Effect.cached` would keep the interruption of whoever asked first, for ever.
  let asked: Promise<Exit.Exit<Storage, StorageError>> | undefined
  const chosen = Effect.promise(() => (asked ??= Effect.runPromiseExit(choose))).pipe(
    Effect.tap((exit) => {
      if (Exit.isSuccess(exit)) kind = exit.value.kind
      // What could not be loaded may be there next time.
      else asked = undefined
    }),
    Effect.flatten,
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
    releaseFileUrl: (...given) =>
      Effect.ignore(Effect.flatMap(chosen, (storage) => storage.releaseFileUrl(...given))),
    estimate: Effect.flatMap(chosen, (storage) => storage.estimate).pipe(
      Effect.orElseSucceed(() => ({ usageBytes: 0, quotaBytes: 0, persisted: false })),
    ),
    persist: Effect.flatMap(chosen, (storage) => storage.persist).pipe(Effect.orElseSucceed(() => false)),
  })
}
