import { Effect, type Queue } from "effect"
import { NextTask } from "../../file-records/NextTask.js"
import { TransferView } from "../../status/transfer-view.js"
import { TabChannel } from "../../tabs/TabChannel.js"

/** Least time between two messages to the other tabs: smooth enough for a progress bar. */
const sendInterval = "200 millis"

/** Most transfers in one message: copying and applying this many takes a few milliseconds. */
const maxPerMessage = 1_000

/** Sends the leader's transfers to the other tabs: changes to all, a snapshot to a tab that has just opened. */
export const makeSnapshots = Effect.gen(function* () {
  const channel = yield* TabChannel
  const view = yield* TransferView
  const nextTask = yield* NextTask

  const sendPending: Effect.Effect<void> = Effect.suspend(() => {
    const { isAll, ...news } = view.news(maxPerMessage)
    const sent = channel.post({ type: "transfers", news })
    return isAll ? sent : Effect.zipRight(Effect.zipRight(sent, nextTask), sendPending)
  })

  return {
    /** Sends the snapshot in parts, and yields to the page between two of them. */
    sendSnapshot: (tabId: string): Effect.Effect<void> =>
      Effect.gen(function* () {
        for (const news of view.whole(tabId, maxPerMessage)) {
          // The next leader sends its own snapshot.
          if (!view.isLeader()) return
          yield* channel.post({ type: "transfers", news })
          yield* nextTask
        }
      }),
    /** Sends what has changed after each signal, throttled. */
    sendChanges: (changed: Queue.Dequeue<void>): Effect.Effect<never> =>
      changed.take.pipe(
        Effect.zipRight(sendPending),
        Effect.zipRight(Effect.sleep(sendInterval)),
        Effect.forever,
      ),
  }
})
