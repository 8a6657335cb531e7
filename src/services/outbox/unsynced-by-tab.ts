import { Effect, Queue } from "effect"
import { FileRecords } from "../file-records/FileRecords.js"
import { TabChannel } from "../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../tabs/TabLocks.js"
import { Outbox } from "./Outbox.js"

/** How many records each open tab has changed that the sync backend has not confirmed. */
export interface UnsyncedByTab {
  /** Records of all tabs; one that two tabs changed counts twice. */
  readonly count: () => number
  /** Removes the counts of tabs that are closed and have no journal any more, here and in the other tabs. */
  readonly forgetClosed: Effect.Effect<void>
}

/**
 * Tells the other tabs what this one has open, and keeps what they tell: a tab may say that all is well only if it holds for
 * the whole device. The count of a closed tab stays until the leader has taken over its journal. `onChange` is called when
 * another tab's count has changed.
 */
export const makeUnsyncedByTab = (onChange: () => void) =>
  Effect.gen(function* () {
    const channel = yield* TabChannel
    const outbox = yield* Outbox
    const locks = yield* TabLocks
    const names = lockNames((yield* FileRecords).storeId)
    const others = new Map<string, number>()
    const own = (): number => outbox.now().factsByFile.size
    const set = (tabId: string, count: number): void => {
      if (tabId === channel.tabId || (others.get(tabId) ?? 0) === count) return
      if (count === 0) others.delete(tabId)
      else others.set(tabId, count)
      onChange()
    }

    let sent = 0
    const due = yield* Queue.sliding<void>(1)
    const send = Effect.suspend(() => {
      sent = own()
      return channel.post({ type: "unsynced", tabId: channel.tabId, count: sent })
    })
    const look = (): void => {
      if (own() !== sent) Queue.unsafeOffer(due, undefined)
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => outbox.watch(look)),
      (unwatch) => Effect.sync(unwatch),
    )
    yield* channel.listen((message) => {
      if (message.type === "unsynced") set(message.tabId, message.count)
      // A tab that has just begun knows nothing of the others.
      else if (message.type === "hello" && own() > 0) Queue.unsafeOffer(due, undefined)
    })
    look()
    yield* Queue.take(due).pipe(Effect.zipRight(send), Effect.forever, Effect.forkScoped)

    const forgetClosed = Effect.gen(function* () {
      if (others.size === 0) return
      const withJournal = new Set(yield* outbox.otherTabs)
      for (const tabId of [...others.keys()].filter((each) => !withJournal.has(each))) {
        // On a full disk an open tab may have changes and no journal.
        if (yield* locks.isHeld(names.tab(tabId))) continue
        set(tabId, 0)
        yield* channel.post({ type: "unsynced", tabId, count: 0 })
      }
    }).pipe(Effect.ignore)

    const count = (): number => [...others.values()].reduce((sum, each) => sum + each, own())
    return { count, forgetClosed } satisfies UnsyncedByTab
  })
