import type { Layer } from "effect"
import type { ConfigError } from "../errors/index.js"
import type { FileRecords } from "../services/file-records/FileRecords.js"
import type { FileStorage } from "../services/file-storage/FileStorage.js"
import type { DescribePicture, PictureStored } from "../services/file-storage/picture-facts.js"
import type { Preprocessors } from "../services/file-storage/preprocess.js"
import type { Inspection } from "../services/status/engine-facts.js"
import type { FileSync } from "../services/file-sync/FileSync.js"
import type { Upkeep } from "../services/file-sync/Upkeep.js"
import type { Observers } from "../services/notifications/observers.js"
import type { SyncConfig } from "../services/file-sync/sync-config.js"
import type { Hasher } from "../services/local-file-storage/hashing/Hasher.js"
import type { LocalFileStorage } from "../services/local-file-storage/LocalFileStorage.js"
import type { Outbox } from "../services/outbox/Outbox.js"
import type { RemoteStorage } from "../services/remote-file-storage/RemoteStorage.js"
import type { SyncExecutor, SyncExecutorConfig } from "../services/sync-executor/SyncExecutor.js"
import type { TabChannel } from "../services/tabs/TabChannel.js"
import type { TabLocks } from "../services/tabs/TabLocks.js"
import * as acting from "./acting.js"
import { wireEngine } from "./wire-engine.js"

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
export type Engine = FileStorage | FileSync | SyncExecutor | Observers | Inspection | Upkeep

/** How an engine behaves. */
export interface EngineConfig extends SyncConfig {
  readonly preprocessors: Preprocessors
  /** Says what a picture's record should know about it; default nothing is said. */
  readonly describePicture?: DescribePicture | undefined
  /** Told the name of a described picture once its bytes are stored. */
  readonly pictureStored?: PictureStored | undefined
  readonly transfers: Partial<SyncExecutorConfig>
}

/** The engine over any platform: the same wiring in a browser, in tests and in simulations. */
export const layerEngine = (config: EngineConfig): Layer.Layer<Engine, ConfigError, Platform> =>
  wireEngine(config, acting)
