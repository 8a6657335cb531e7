import { Effect, Queue } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { NextTask } from "../file-records/NextTask.js"
import { Observers } from "../notifications/Observers.js"
import { TransferView } from "../status/transfer-view.js"
import { type LeaderUpdate, TabChannel } from "../tabs/TabChannel.js"

/** With more transfers than these, the status looks up so many records that all are read first. */
const manyTransfers = 100

/**
 * Gives what takes the leader's messages: they are applied to this tab's view of the transfers in their order. Before there are many,
 * the records are read part by part, so that no task is long.
 */
export const makeFollowLeader = Effect.gen(function* () {
  const records = yield* FileRecords
  const observers = yield* Observers
  const channel = yield* TabChannel
  const view = yield* TransferView
  const nextTask = yield* NextTask
  const waiting = yield* Queue.unbounded<LeaderUpdate>()
  let heard = 0
  let isLoaded = false

  const load = Effect.suspend(() => {
    if (isLoaded || heard <= manyTransfers) return Effect.void
    isLoaded = true
    return records.preload
  })
  const apply = (news: LeaderUpdate) =>
    Effect.suspend(() => {
      if (view.isLeader()) return Effect.void
      const contentHashes = view.follow(news, channel.tabId)
      observers.invalidate(records.withContents(contentHashes).map(({ id }) => id))
      return news.changed.length > manyTransfers ? nextTask : Effect.void
    })
  yield* Queue.take(waiting).pipe(
    Effect.flatMap((news) => Effect.zipRight(load, apply(news))),
    // The next message says more; a store that was shut down answers nothing.
    Effect.catchAllDefect((cause) => Effect.logWarning("Following the leader's transfers failed", cause)),
    Effect.forever,
    Effect.forkScoped,
  )

  return (news: LeaderUpdate): void => {
    if (view.isLeader()) return
    heard += news.changed.length
    Queue.unsafeOffer(waiting, news)
  }
})
