import { Layer } from "effect"
import { layerSaving as saving } from "../services/file-storage/layer-saving.js"
import { layerSpaceBudget } from "../services/cache/free-space.js"
import { layerLeading as leading } from "../services/file-sync/leader/layer-leading.js"
import type { EngineConfig } from "./engine.js"
import { layerMoving as moving } from "./moving.js"

// The parts of the engine that act: they take files in, lead, move bytes and keep them. What only knows is elsewhere.
// Each makes room by a budget of its own, which has nothing to remember.

/** Takes files in. */
export const layerSaving = (config: EngineConfig) => Layer.provide(saving(config), layerSpaceBudget(config))

/** Leads. */
export const layerLeading = (config: EngineConfig) => Layer.provide(leading(config), layerSpaceBudget(config))

/** Moves bytes. */
export const layerMoving = (config: EngineConfig) => Layer.provide(moving(config), layerSpaceBudget(config))

export { layerUpkeep } from "../services/file-sync/layer-upkeep.js"
export { layerOpfs } from "../services/local-file-storage/layer-opfs.js"
export { layerAdapter } from "../services/remote-file-storage/layer-adapter.js"
export { layerAutoOutbox } from "../services/outbox/layer-auto.js"
export { layerMemoryOutbox } from "../services/outbox/layer-memory.js"
export { rehearse } from "./rehearse.js"
