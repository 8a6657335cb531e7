import { Effect, Layer } from "effect"
import type { ConfigError } from "../errors/index.js"
import { layerFileStorage } from "../services/file-storage/layer.js"
import { layerInspection } from "../services/status/engine-facts.js"
import { layerContentUse } from "../services/cache/content-use.js"
import { layerFileSync } from "../services/file-sync/layer.js"
import { layerLocalIndex } from "../services/cache/local-index.js"
import { layerObservers } from "../services/notifications/observers.js"
import { layerStatusView } from "../services/status/sync-status.js"
import { layerTransferView } from "../services/status/transfer-view.js"
import { layerUploadConfirmation } from "../services/transfers/upload-confirmation.js"
import type { Acting } from "./acting-on-demand.js"
import { buildOn } from "./build-on.js"
import type { Engine, EngineConfig, Platform } from "./engine.js"

/** The engine over any platform, with the parts that act as they are given. */
export const wireEngine = (
  config: EngineConfig,
  acting: Acting,
): Layer.Layer<Engine, ConfigError, Platform> =>
  Layer.scopedContext(
    Effect.context<Platform>().pipe(
      Effect.flatMap((platform) => buildOn(platform, layerObservers)),
      Effect.flatMap((known) => buildOn(known, layerLocalIndex)),
      Effect.flatMap((known) => buildOn(known, layerUploadConfirmation)),
      Effect.flatMap((known) => buildOn(known, layerContentUse)),
      Effect.flatMap((known) => buildOn(known, acting.layerMoving(config))),
      Effect.flatMap((known) => buildOn(known, layerTransferView)),
      Effect.flatMap((known) => buildOn(known, layerStatusView)),
      Effect.flatMap((known) => buildOn(known, layerInspection(config))),
      Effect.flatMap((known) => buildOn(known, acting.layerLeading(config))),
      Effect.flatMap((known) => buildOn(known, acting.layerUpkeep(config))),
      Effect.flatMap((known) => buildOn(known, layerFileSync(config))),
      Effect.flatMap((known) => buildOn(known, acting.layerSaving(config))),
      Effect.flatMap((known) => buildOn(known, layerFileStorage)),
    ),
  )
