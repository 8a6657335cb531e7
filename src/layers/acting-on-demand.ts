import { Effect, Layer, Schedule } from "effect"
import { Saving } from "../services/file-storage/Saving.js"
import { Leading } from "../services/file-sync/Leading.js"
import { smallFileLimits } from "../services/file-sync/small-file-limits.js"
import { RemoteStorage } from "../services/remote-file-storage/RemoteStorage.js"
import { TransferRunner } from "../services/sync-executor/SyncExecutor.js"
import type * as acting from "./acting.js"
import { buildOnDemand } from "./build-on-demand.js"

/** The parts of the engine that act. */
export type Acting = typeof acting

/**
 * The same parts, loaded beside the page: asked for when the engine is made, and waited for by whoever needs them. They
 * are one program, so that a page has all of them or none.
 */
export const actingOnDemand = (importIt: () => Promise<Acting> = () => import("./acting.js")): Acting => {
  // What could not be loaded now may be there next time.
  let loading: Promise<Acting> | undefined
  const load = (): Promise<Acting> => {
    if (loading === undefined) {
      loading = importIt()
      loading.catch(() => (loading = undefined))
    }
    return loading
  }
  load().catch(() => undefined) // Told to whoever needs it.

  return {
    layerSaving: (options) =>
      Layer.scoped(
        Saving,
        Effect.map(
          buildOnDemand(Saving, async () => (await load()).layerSaving(options)),
          (saving) =>
            Saving.of({
              saveFile: (...given) => Effect.flatMap(saving, (it) => it.saveFile(...given)),
              saveFiles: (...given) => Effect.flatMap(saving, (it) => it.saveFiles(...given)),
              updateFile: (...given) => Effect.flatMap(saving, (it) => it.updateFile(...given)),
            }),
        ),
      ),
    layerLeading: (config) =>
      Layer.scoped(
        Leading,
        Effect.map(
          buildOnDemand(Leading, async () => (await load()).layerLeading(config)),
          (built) => {
            let leading: Leading["Type"] | undefined
            return Leading.of({
              run: built.pipe(
                Effect.tapError((error) => Effect.logError("Leading failed", error)),
                Effect.retry(Schedule.spaced("5 seconds")),
                Effect.orDie,
                Effect.flatMap((it) => (leading = it).run),
              ),
              // Nobody leads before it is there, and only who leads is asked.
              obey: (command) => leading?.obey(command) ?? Effect.void,
              consider: (record) => leading?.consider(record) ?? Effect.void,
              isConsidering: () => leading?.isConsidering() ?? false,
            })
          },
        ),
      ),
    layerTransferRunner: (keyOf) =>
      Layer.scoped(
        TransferRunner,
        Effect.gen(function* () {
          const { batch, checkHealth } = yield* RemoteStorage
          const runner = yield* buildOnDemand(TransferRunner, async () =>
            (await load()).layerTransferRunner(keyOf),
          )
          return TransferRunner.of({
            run: (...given) => Effect.flatMap(runner, (it) => it.run(...given)),
            small: smallFileLimits(batch),
            checkHealth,
          })
        }),
      ),
  }
}
