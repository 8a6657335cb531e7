import { Effect, Layer } from "effect"
import type { StorageError } from "../../errors/index.js"
import { isOpfsAvailable } from "../local-file-storage/is-opfs-available.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { opfsJournals } from "./layer-opfs.js"
import { makeOutbox } from "./make-outbox.js"
import { Outbox } from "./Outbox.js"

/**
 * The outbox beside {@link layerAuto} of the local storage: on disk where the bytes are. Where these are in memory it
 * keeps no journals: what they would protect ends with the tab as well.
 */
export const layerAutoOutbox = Layer.effect(
  Outbox,
  Effect.gen(function* () {
    const files = yield* opfsJournals
    // A promise: `Effect.cached` would keep an interruption of its first caller for ever.
    let asked: Promise<boolean> | undefined
    const isOnDisk = Effect.promise(() => (asked ??= isOpfsAvailable()))
    const onDisk = <A>(use: Effect.Effect<A, StorageError>, nothing: A): Effect.Effect<A, StorageError> =>
      Effect.flatMap(isOnDisk, (is) => (is ? use : Effect.succeed(nothing)))
    return makeOutbox(
      {
        append: (...given) => onDisk(files.append(...given), undefined),
        truncate: (journal) => onDisk(files.truncate(journal), undefined),
        list: onDisk(files.list, []),
        read: (journal) => onDisk(files.read(journal), ""),
        remove: (journal) => onDisk(files.remove(journal), undefined),
      },
      (yield* TabChannel).tabId,
    )
  }),
)
