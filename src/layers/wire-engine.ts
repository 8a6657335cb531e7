import { Layer } from "effect"
import type { ConfigError } from "../errors/index.js"
import { layerFileStorage } from "../services/file-storage/layer.js"
import { layerInspection } from "../services/file-sync/engine-facts.js"
import { layerContentUse } from "../services/file-sync/content-use.js"
import { layerFileSync } from "../services/file-sync/layer.js"
import { layerLocalIndex } from "../services/file-sync/local-index.js"
import { layerObservers } from "../services/file-sync/observers.js"
import { layerStatusView } from "../services/file-sync/sync-status.js"
import { layerTransferView } from "../services/file-sync/transfer-view.js"
import { layerUploadConfirmation } from "../services/file-sync/upload-confirmation.js"
import type { Acting } from "./acting-on-demand.js"
import type { Engine, EngineConfig, Platform } from "./engine.js"

/** The engine over any platform, with the parts that act as they are given. */
export const wireEngine = (
  config: EngineConfig,
  acting: Acting,
): Layer.Layer<Engine, ConfigError, Platform> =>
  layerFileStorage.pipe(
    Layer.provideMerge(acting.layerSaving(config)),
    Layer.provideMerge(layerFileSync(config)),
    Layer.provideMerge(acting.layerUpkeep(config)),
    Layer.provideMerge(acting.layerLeading(config)),
    Layer.provideMerge(layerInspection(config)),
    Layer.provideMerge(layerStatusView),
    Layer.provideMerge(layerTransferView),
    Layer.provideMerge(acting.layerMoving(config)),
    Layer.provideMerge(layerContentUse),
    Layer.provideMerge(layerUploadConfirmation),
    Layer.provideMerge(layerLocalIndex),
    Layer.provideMerge(layerObservers),
  )
