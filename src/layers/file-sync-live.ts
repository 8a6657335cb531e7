import { Context, Effect, Layer } from "effect"
import type { ConfigError } from "../errors/index.js"
import type { FileRecords } from "../services/file-records/FileRecords.js"
import { LiveStore } from "../services/file-records/LiveStore.js"
import { layerLiveStore } from "../services/file-records/layer-livestore.js"
import type { Hasher } from "../services/local-file-storage/hashing/Hasher.js"
import type { LocalFileStorage } from "../services/local-file-storage/LocalFileStorage.js"
import type { RemoteStorage } from "../services/remote-file-storage/RemoteStorage.js"
import { layerBrowser } from "./browser.js"
import { type Engine, type EngineConfig, layerEngine } from "./engine.js"
import { withDefaults } from "./engine-defaults.js"

/** How the engine of an Effect program behaves; default: every file is downloaded, and there is no byte budget. */
export class FileSyncConfig extends Context.Reference<FileSyncConfig>()("filesync/FileSyncConfig", {
  defaultValue: (): Partial<EngineConfig> => ({}),
}) {}

/**
 * The engine in a browser tab, for Effect programs: needs a `RemoteStorage` and the app's store as `LiveStore`.
 * Fails with `ConfigError` (`MissingSchema`).
 */
export const FileSyncLive: Layer.Layer<
  Engine | FileRecords | LocalFileStorage | Hasher,
  ConfigError,
  RemoteStorage | LiveStore
> = Layer.unwrapEffect(
  Effect.gen(function* () {
    const store = yield* LiveStore
    const given = yield* FileSyncConfig
    const config = withDefaults(given.storeId ?? store.storeId, given)
    return layerEngine(config).pipe(
      Layer.provideMerge(layerBrowser({ storeId: config.storeId, isServed: () => false })),
      Layer.provideMerge(layerLiveStore(store, config.storeId)),
    )
  }),
)
