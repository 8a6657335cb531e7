import { Layer } from "effect"
import { layerSubtle } from "../services/local-file-storage/hashing/layer-subtle.js"
import { layerMemoryOnDemand } from "../services/local-file-storage/layer-auto.js"
import { layerLoneTab } from "../services/tabs/layer-lone-tab.js"
import { outboxOnDemand } from "./outbox-on-demand.js"

/** A browser tab that keeps everything in memory and knows no other tab. */
export const layerMemoryTab = (storeId: string) =>
  Layer.mergeAll(
    outboxOnDemand((acting) => acting.layerMemoryOutbox()).pipe(Layer.provideMerge(layerLoneTab)),
    layerMemoryOnDemand({ storeId }).pipe(Layer.provideMerge(layerSubtle)),
  )
