import { Layer } from "effect"
import { layerRecordLog } from "../services/file-records/layer-record-log.js"
import { makeOwnLog } from "../services/file-records/own-log.js"
import { memoryAdapter } from "../services/remote-file-storage/adapters/memory.js"
import { layerAdapter } from "../services/remote-file-storage/layer-adapter.js"
import type { RemoteStorageAdapter } from "../types/index.js"
import { type EngineConfig, layerEngine } from "./engine.js"
import { withDefaults } from "./engine-defaults.js"
import { layerInMemory } from "./memory.js"

/** A whole engine in memory: no browser storage, no LiveStore, no network; the same code otherwise. */
export const layerTest = (
  options: Partial<EngineConfig> & { readonly remoteAdapter?: RemoteStorageAdapter } = {},
) => {
  const storeId = options.storeId ?? "test"
  return layerEngine(withDefaults(storeId, options)).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        layerInMemory(storeId),
        Layer.suspend(() => layerRecordLog(makeOwnLog(), storeId)),
        Layer.suspend(() => layerAdapter(options.remoteAdapter ?? memoryAdapter())),
      ),
    ),
  )
}

/** {@link layerTest} as it is. */
export const TestLayer = layerTest()
