import { Duration, Effect, Layer } from "effect"
import type { ConfigError } from "../errors/index.js"
import type { FileRecords } from "../services/file-records/FileRecords.js"
import type { FileStorage } from "../services/file-storage/FileStorage.js"
import { layerFileStorage } from "../services/file-storage/layer-file-storage.js"
import type { DescribePicture, PictureStored } from "../services/file-storage/picture-metadata.js"
import type { Preprocessors } from "../services/file-storage/preprocess.js"
import { type Inspection, layerInspection } from "../services/status/engine-facts.js"
import type { FileSync } from "../services/file-sync/FileSync.js"
import { layerFileSync } from "../services/file-sync/layer-file-sync.js"
import { layerMaintenance } from "../services/file-sync/layer-maintenance.js"
import { layerLeader } from "../services/file-sync/leader/layer-leader.js"
import type { Maintenance } from "../services/file-sync/Maintenance.js"
import { layerObservers, type Observers } from "../services/notifications/Observers.js"
import type { SyncConfig } from "../services/file-sync/sync-config.js"
import type { Hasher } from "../services/local-file-storage/hashing/Hasher.js"
import type { LocalFileStorage } from "../services/local-file-storage/LocalFileStorage.js"
import type { Outbox } from "../services/outbox/Outbox.js"
import type { RemoteStorage } from "../services/remote-file-storage/RemoteStorage.js"
import type { SyncExecutor, SyncExecutorConfig } from "../services/sync-executor/SyncExecutor.js"
import type { TabChannel } from "../services/tabs/TabChannel.js"
import type { TabLocks } from "../services/tabs/TabLocks.js"
import { layerLastUsed } from "../services/cache/LastUsed.js"
import { layerSpaceBudget } from "../services/cache/SpaceBudget.js"
import { layerPresenceIndex } from "../services/cache/PresenceIndex.js"
import { IdleTimeout } from "../services/remote-file-storage/IdleTimeout.js"
import { layerFactJournal } from "../services/outbox/journal-facts.js"
import { layerSyncBackend } from "../services/outbox/layer-sync-backend.js"
import { layerSaveProgress } from "../services/status/SaveProgress.js"
import { layerStoreWatch } from "../services/status/layer-store-watch.js"
import { layerStatusView } from "../services/status/sync-status.js"
import { layerTransferView } from "../services/status/transfer-view.js"
import { layerExecutor } from "../services/sync-executor/layer-sync-executor.js"
import { layerConcurrencyLimiter } from "../services/sync-executor/layer-concurrency-limiter.js"
import { layerTransferRunner } from "../services/transfers/transfer-runner.js"
import { layerUploadConfirmation } from "../services/transfers/upload-confirmation.js"

/** The services that the engine is built on: a browser's, or a test's. */
export type Platform =
  | LocalFileStorage
  | Hasher
  | Outbox
  | TabLocks
  | TabChannel
  | FileRecords
  | RemoteStorage

/** What an engine gives. */
export type Engine = FileStorage | FileSync | SyncExecutor | Observers | Inspection | Maintenance

/** How an engine behaves. */
export interface EngineConfig extends SyncConfig {
  readonly preprocessors: Preprocessors
  /** Reads an image's metadata for its record (size, placeholder); default: none. */
  readonly describePicture?: DescribePicture | undefined
  /** Called with the content hash of a described picture once its bytes are stored. */
  readonly pictureStored?: PictureStored | undefined
  readonly transfers: Partial<SyncExecutorConfig>
}

const layerStallLimit = ({ stallTimeout }: Partial<SyncExecutorConfig>) =>
  Layer.effect(
    IdleTimeout,
    stallTimeout === undefined ? IdleTimeout : Effect.sync(() => Duration.decode(stallTimeout)),
  )

/** The queue of transfers, and what moves the bytes for it. */
const layerTransfers = ({ transfers, keyOf }: EngineConfig) =>
  layerExecutor(transfers).pipe(
    Layer.provide(layerTransferRunner(keyOf)),
    Layer.provide(layerConcurrencyLimiter(transfers)),
    Layer.provide(layerStallLimit(transfers)),
  )

/**
 * The engine over any platform: the same wiring in a browser, in tests and in simulations. Read it from below: each part
 * stands on those under it.
 */
export const layerEngine = (config: EngineConfig): Layer.Layer<Engine, ConfigError, Platform> =>
  layerFileStorage(config).pipe(
    Layer.provideMerge(layerFileSync(config)),
    Layer.provideMerge(layerMaintenance(config)),
    Layer.provideMerge(layerLeader(config)),
    Layer.provideMerge(layerInspection(config)),
    Layer.provideMerge(layerStatusView),
    Layer.provideMerge(layerSaveProgress),
    Layer.provideMerge(layerStoreWatch),
    Layer.provideMerge(layerTransferView),
    Layer.provideMerge(layerTransfers(config)),
    Layer.provideMerge(layerSpaceBudget(config)),
    Layer.provideMerge(layerLastUsed),
    Layer.provideMerge(layerUploadConfirmation),
    Layer.provideMerge(layerPresenceIndex),
    Layer.provideMerge(layerSyncBackend),
    Layer.provideMerge(layerFactJournal),
    Layer.provideMerge(layerObservers),
  )
