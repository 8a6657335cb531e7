import { Effect, Layer } from "effect"
import { isOpfsAvailable } from "../local-file-storage/layer-opfs.js"
import { layerMemoryOutbox } from "./layer-memory.js"
import { layerOpfsOutbox } from "./layer-opfs.js"
import { Outbox } from "./Outbox.js"

/** The outbox beside {@link layerAuto} of the local storage: on disk where the bytes are. */
export const layerAutoOutbox = Layer.effect(
  Outbox,
  Effect.gen(function* () {
    const opfs = yield* Effect.provide(Outbox, layerOpfsOutbox)
    const memory = yield* Effect.provide(Outbox, layerMemoryOutbox())
    // A promise: `Effect.cached` would keep the interruption of whoever asked first, for ever.
    let asked: Promise<boolean> | undefined
    const chosen = Effect.map(
      Effect.promise(() => (asked ??= Effect.runPromise(isOpfsAvailable))),
      (isAvailable) => (isAvailable ? opfs : memory),
    )
    return Outbox.of({
      append: (entries) => Effect.flatMap(chosen, (outbox) => outbox.append(entries)),
      settle: (saves) => Effect.flatMap(chosen, (outbox) => outbox.settle(saves)),
      open: Effect.flatMap(chosen, (outbox) => outbox.open),
      committed: (saves) => Effect.flatMap(chosen, (outbox) => outbox.committed(saves)),
      isCommitted: (save) => opfs.isCommitted(save) || memory.isCommitted(save),
      openEverywhere: Effect.flatMap(chosen, (outbox) => outbox.openEverywhere),
      adopt: (isAlive) => Effect.flatMap(chosen, (outbox) => outbox.adopt(isAlive)),
      otherTabs: Effect.flatMap(chosen, (outbox) => outbox.otherTabs),
      multipart: Effect.flatMap(chosen, (outbox) => outbox.multipart),
    })
  }),
)
