import { Duration, Effect, Layer } from "effect"
import { layerTransferRunner } from "../services/transfers/transfer-runner.js"
import type { SyncConfig } from "../services/file-sync/sync-config.js"
import { StallLimit } from "../services/remote-file-storage/ask-remote.js"
import { layerExecutor } from "../services/sync-executor/layer.js"
import { layerPace } from "../services/sync-executor/layer-pace.js"
import type { SyncExecutorConfig } from "../services/sync-executor/SyncExecutor.js"

const layerStallLimit = ({ stallTimeout }: Partial<SyncExecutorConfig>) =>
  Layer.effect(
    StallLimit,
    stallTimeout === undefined ? StallLimit : Effect.sync(() => Duration.decode(stallTimeout)),
  )

/** The executor, and what moves the bytes for it. */
export const layerMoving = ({
  transfers,
  keyOf,
}: Pick<SyncConfig, "keyOf"> & { readonly transfers: Partial<SyncExecutorConfig> }) =>
  layerExecutor(transfers).pipe(
    Layer.provide(layerTransferRunner(keyOf)),
    Layer.provide(layerPace(transfers)),
    Layer.provide(layerStallLimit(transfers)),
  )
