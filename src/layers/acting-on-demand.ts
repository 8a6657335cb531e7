import { Effect, Layer, Schedule } from "effect"
import { Saving } from "../services/file-storage/Saving.js"
import { Leading } from "../services/file-sync/leader/Leading.js"
import { Upkeep } from "../services/file-sync/Upkeep.js"
import type { StorageError } from "../errors/index.js"
import { SyncExecutor } from "../services/sync-executor/SyncExecutor.js"
import type * as acting from "./acting.js"
import { loadBeside } from "../utils/load-beside.js"
import { buildOnDemand } from "./build-on-demand.js"

/** The parts of the engine that act. */
export type Acting = Pick<typeof acting, "layerSaving" | "layerLeading" | "layerMoving" | "layerUpkeep">

/** The parts that act, loaded once for every engine of the page. */
export const loadActing = loadBeside((): Promise<typeof acting> => import("./acting.js"))

/**
 * The same parts, loaded beside the page: asked for when the engine is made, and waited for by whoever needs them. They
 * are one program, so that a page has all of them or none.
 */
export const actingOnDemand = (load: () => Promise<Acting> = loadActing): Acting => {
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
    layerUpkeep: (config) =>
      Layer.scoped(
        Upkeep,
        Effect.map(
          buildOnDemand(Upkeep, async () => (await load()).layerUpkeep(config)),
          (upkeep) =>
            Upkeep.of({
              evict: (fileId) => Effect.flatMap(upkeep, (it) => it.evict(fileId)),
              verify: Effect.flatMap(upkeep, (it) => it.verify),
              repair: Effect.flatMap(upkeep, (it) => it.repair),
              arrival: (...given) => Effect.flatMap(upkeep, (it) => it.arrival(...given)),
              uploadedElsewhere: (record) => Effect.flatMap(upkeep, (it) => it.uploadedElsewhere(record)),
              restoreVersion: (...given) => Effect.flatMap(upkeep, (it) => it.restoreVersion(...given)),
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
              run: Effect.flatMap(keepTrying(built), (it) => (leading = it).run),
              // Nobody leads before it is there, and only who leads is asked.
              obey: (command) => leading?.obey(command) ?? Effect.void,
              consider: (record) => leading?.consider(record) ?? Effect.void,
              isConsidering: () => leading?.isConsidering() ?? false,
            })
          },
        ),
      ),
    layerMoving: (config) =>
      Layer.scoped(
        SyncExecutor,
        Effect.map(
          buildOnDemand(SyncExecutor, async () => (await load()).layerMoving(config)),
          (built) => {
            let executor: SyncExecutor["Type"] | undefined
            const there = keepTrying(built).pipe(Effect.tap((it) => Effect.sync(() => (executor = it))))
            return SyncExecutor.of({
              enqueueUpload: (...given) => Effect.flatMap(there, (it) => it.enqueueUpload(...given)),
              enqueueDownload: (...given) => Effect.flatMap(there, (it) => it.enqueueDownload(...given)),
              prioritize: (contentHash) => Effect.flatMap(there, (it) => it.prioritize(contentHash)),
              cancel: (contentHash) => Effect.flatMap(there, (it) => it.cancel(contentHash)),
              forget: (contentHash) => Effect.flatMap(there, (it) => it.forget(contentHash)),
              retry: (contentHash) => Effect.flatMap(there, (it) => it.retry(contentHash)),
              pause: Effect.flatMap(there, (it) => it.pause),
              resume: Effect.flatMap(there, (it) => it.resume),
              activate: Effect.flatMap(there, (it) => it.activate),
              probe: Effect.flatMap(there, (it) => it.probe),
              awaitIdle: Effect.flatMap(there, (it) => it.awaitIdle),
              listen: (listener) => Effect.flatMap(there, (it) => it.listen(listener)),
              // Before it is there nothing is moved, and nobody has met a line that is down.
              isOnline: () => executor?.isOnline() ?? true,
              isPaused: () => executor?.isPaused() ?? false,
              get: (...given) => executor?.get(...given),
              all: () => executor?.all() ?? [],
            })
          },
        ),
      ),
  }
}

/** Who cannot fail waits until it can be loaded. */
export const keepTrying = <A>(built: Effect.Effect<A, StorageError>): Effect.Effect<A> =>
  built.pipe(
    Effect.tapError((error) => Effect.logError("A part of the engine could not be loaded", error)),
    Effect.retry(Schedule.spaced("5 seconds")),
    Effect.orDie,
  )
