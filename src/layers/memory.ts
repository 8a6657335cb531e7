import { Effect, Layer } from "effect"
import { layerSubtle } from "../services/local-file-storage/hashing/layer-subtle.js"
import { layerMemory } from "../services/local-file-storage/layer-memory.js"
import { layerMemoryOutbox } from "../services/outbox/layer-memory-outbox.js"
import { layerSingleTab } from "../services/tabs/layer-single-tab.js"
import { layerMemoryTabs } from "../services/tabs/layer-memory-tabs.js"

/** A browser tab that keeps everything in memory and knows no other tab. */
export const layerMemoryTab = (storeId: string) =>
  Layer.mergeAll(
    layerMemoryOutbox().pipe(Layer.provideMerge(layerSingleTab)),
    layerMemory({ storeId }).pipe(Layer.provideMerge(layerSubtle)),
  )

/** The same for tests and simulations, where tabs of one process may be made to know each other. */
export const layerInMemory = (storeId: string) =>
  Layer.mergeAll(
    layerMemoryOutbox().pipe(Layer.provideMerge(Layer.unwrapEffect(Effect.sync(() => layerMemoryTabs())))),
    layerMemory({ storeId }).pipe(Layer.provideMerge(layerSubtle)),
  )
