/** The parts of the engine that act: they take files in, lead, and move bytes. What only knows is elsewhere. */
export { layerSaving } from "../services/file-storage/layer-saving.js"
export { layerLeading } from "../services/file-sync/layer-leading.js"
export { layerMoving } from "./moving.js"
