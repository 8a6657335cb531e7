import { Effect, type Queue } from "effect"
import { NextTask } from "../../file-records/NextTask.js"
import { TransferView } from "../../status/transfer-view.js"
import { TabChannel } from "../../tabs/TabChannel.js"

/** How often other tabs are told at most: smooth enough for a progress bar. */
const newsInterval = "200 millis"

/** Most transfers in one message: copying and taking in so many takes a few milliseconds. */
const maxPerMessage = 1_000

/** Tells other tabs what the one that leads does: what has changed, and everything to a tab that is new. */
export const makeTellTabs = Effect.gen(function* () {
  const channel = yield* TabChannel
  const view = yield* TransferView
  const nextTask = yield* NextTask

  const tellChanges: Effect.Effect<void> = Effect.suspend(() => {
    const { isAll, ...news } = view.news(maxPerMessage)
    const told = channel.post({ type: "transfers", news })
    return isAll ? told : Effect.zipRight(Effect.zipRight(told, nextTask), tellChanges)
  })

  return {
    /** Tells everything in parts, and lets the page do something else between two of them. */
    inform: (tabId: string): Effect.Effect<void> =>
      Effect.gen(function* () {
        for (const news of view.whole(tabId, maxPerMessage)) {
          // Whoever leads now tells everything itself.
          if (!view.isLeader()) return
          yield* channel.post({ type: "transfers", news })
          yield* nextTask
        }
      }),
    /** Tells what has changed after each sign that something has, now and then. */
    tell: (changed: Queue.Dequeue<void>): Effect.Effect<never> =>
      changed.take.pipe(
        Effect.zipRight(tellChanges),
        Effect.zipRight(Effect.sleep(newsInterval)),
        Effect.forever,
      ),
  }
})
