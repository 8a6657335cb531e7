import { Effect, Layer } from "effect"
import { Outbox } from "../services/outbox/Outbox.js"
import { loadActing } from "./acting-on-demand.js"
import type * as acting from "./acting.js"
import { buildOnDemand } from "./build-on-demand.js"

type MultipartUploads = Effect.Effect.Success<Outbox["Type"]["multipart"]>

/** The outbox, which is of those that act: it comes with them. */
export const outboxOnDemand = <Needs>(choose: (from: typeof acting) => Layer.Layer<Outbox, never, Needs>) =>
  Layer.scoped(
    Outbox,
    Effect.map(
      buildOnDemand(Outbox, async () => choose(await loadActing())),
      (built) => {
        let outbox: Outbox["Type"] | undefined
        const there = Effect.tap(built, (it) => Effect.sync(() => (outbox = it)))
        return Outbox.of({
          append: (entries) => Effect.flatMap(there, (it) => it.append(entries)),
          settle: (saves) => Effect.flatMap(there, (it) => it.settle(saves)),
          openEverywhere: Effect.flatMap(there, (it) => it.openEverywhere),
          adopt: (isAlive) => Effect.flatMap(there, (it) => it.adopt(isAlive)),
          otherTabs: Effect.flatMap(there, (it) => it.otherTabs),
          // Before it is there this tab has written nothing down.
          open: Effect.suspend(() => outbox?.open ?? Effect.succeed([])),
          committed: (saves) => outbox?.committed(saves) ?? Effect.void,
          isCommitted: (save) => outbox?.isCommitted(save) ?? false,
          multipart: Effect.suspend(() => outbox?.multipart ?? Effect.succeed<MultipartUploads>(new Map())),
        })
      },
    ),
  )
