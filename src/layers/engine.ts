import { Duration, Effect, Layer } from "effect"
import type { ConfigError } from "../errors/index.js"
import type { FileRecords } from "../services/file-records/FileRecords.js"
import type { FileStorage } from "../services/file-storage/FileStorage.js"
import { layerFileStorage } from "../services/file-storage/layer.js"
import type { DescribePicture, PictureStored } from "../services/file-storage/picture-facts.js"
import type { Preprocessors } from "../services/file-storage/preprocess.js"
import { type Inspection, layerInspection } from "../services/file-sync/engine-facts.js"
import type { FileSync } from "../services/file-sync/FileSync.js"
import { layerSpaceBudget } from "../services/file-sync/free-space.js"
import { layerFileSync } from "../services/file-sync/layer.js"
import { layerLocalIndex } from "../services/file-sync/local-index.js"
import { layerObservers, type Observers } from "../services/file-sync/observers.js"
import type { SyncConfig } from "../services/file-sync/sync-config.js"
import { layerStatusView } from "../services/file-sync/sync-status.js"
import { layerTransferRunner } from "../services/file-sync/transfer-runner.js"
import { layerTransferView } from "../services/file-sync/transfer-view.js"
import { layerUploadConfirmation } from "../services/file-sync/upload-confirmation.js"
import type { Hasher } from "../services/hash/Hasher.js"
import type { LocalFileStorage } from "../services/local-file-storage/LocalFileStorage.js"
import type { Outbox } from "../services/outbox/Outbox.js"
import { StallLimit } from "../services/remote-file-storage/ask-remote.js"
import type { RemoteStorage } from "../services/remote-file-storage/RemoteStorage.js"
import { layerExecutor } from "../services/sync-executor/layer.js"
import type { SyncExecutor, SyncExecutorConfig } from "../services/sync-executor/SyncExecutor.js"
import type { TabChannel } from "../services/tabs/TabChannel.js"
import type { TabLocks } from "../services/tabs/TabLocks.js"

/** What the engine stands on: one browser's, or a test's. */
export type Platform =
  | LocalFileStorage
  | Hasher
  | Outbox
  | TabLocks
  | TabChannel
  | FileRecords
  | RemoteStorage

/** What an engine gives. */
export type Engine = FileStorage | FileSync | SyncExecutor | Observers | Inspection

/** How an engine behaves. */
export interface EngineConfig extends SyncConfig {
  readonly preprocessors: Preprocessors
  /** Says what a picture's record should know about it; default nothing is said. */
  readonly describePicture?: DescribePicture | undefined
  /** Told the name of a described picture once its bytes are stored. */
  readonly pictureStored?: PictureStored | undefined
  readonly transfers: Partial<SyncExecutorConfig>
}

const layerStallLimit = ({ stallTimeout }: Partial<SyncExecutorConfig>) =>
  Layer.effect(
    StallLimit,
    stallTimeout === undefined ? StallLimit : Effect.sync(() => Duration.decode(stallTimeout)),
  )

/** The engine over any platform: the same wiring in a browser, in tests and in simulations. */
export const layerEngine = (config: EngineConfig): Layer.Layer<Engine, ConfigError, Platform> =>
  layerFileStorage(config).pipe(
    Layer.provideMerge(layerFileSync(config)),
    Layer.provideMerge(layerInspection(config)),
    Layer.provideMerge(layerStatusView),
    Layer.provideMerge(layerTransferView),
    Layer.provideMerge(layerExecutor(config.transfers)),
    Layer.provideMerge(
      layerTransferRunner(config.keyOf).pipe(Layer.provide(layerStallLimit(config.transfers))),
    ),
    Layer.provideMerge(layerSpaceBudget(config)),
    Layer.provideMerge(layerUploadConfirmation),
    Layer.provideMerge(layerLocalIndex),
    Layer.provideMerge(layerObservers),
  )
