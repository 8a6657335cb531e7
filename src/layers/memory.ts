import { Effect, Layer } from "effect"
import { layerSubtle } from "../services/local-file-storage/hashing/layer-subtle.js"
import { layerMemory } from "../services/local-file-storage/layer-memory.js"
import { layerMemoryOutbox } from "../services/outbox/layer-memory.js"
import { layerMemoryTabs } from "../services/tabs/layer-memory.js"

/** A tab that keeps everything in memory and knows no other tab. */
export const layerInMemory = (storeId: string) =>
  Layer.mergeAll(
    layerMemoryOutbox().pipe(Layer.provideMerge(Layer.unwrapEffect(Effect.sync(() => layerMemoryTabs())))),
    layerMemory({ storeId }).pipe(Layer.provideMerge(layerSubtle)),
  )
