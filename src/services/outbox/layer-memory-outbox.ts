import { Effect, Layer } from "effect"
import { StorageError } from "../../errors/index.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { makeOutbox } from "./make-outbox.js"
import { Outbox } from "./Outbox.js"

/** The outbox in memory, beside storage that is in memory as well. `files` lets several engines share one. */
export const layerMemoryOutbox = (files: Map<string, string> = new Map()) =>
  Layer.effect(
    Outbox,
    Effect.map(TabChannel, ({ tabId }) =>
      makeOutbox(
        {
          append: (journal, lines) =>
            Effect.sync(() => void files.set(journal, (files.get(journal) ?? "") + lines)),
          truncate: (journal) => Effect.sync(() => void files.set(journal, "")),
          list: Effect.sync(() => [...files.keys()]),
          read: (journal) =>
            Effect.suspend(() => {
              const lines = files.get(journal)
              return lines === undefined
                ? Effect.fail(
                    new StorageError({ reason: "NotFound", operation: "use the outbox", subject: journal }),
                  )
                : Effect.succeed(lines)
            }),
          remove: (journal) => Effect.sync(() => void files.delete(journal)),
        },
        tabId,
      ),
    ),
  )
