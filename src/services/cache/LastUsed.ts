import { Context, Effect, Layer, Queue } from "effect"
import { TabChannel } from "../tabs/TabChannel.js"

/** The LRU clock: the order in which content was last used, for eviction. */
export class LastUsed extends Context.Tag("filesync/LastUsed")<
  LastUsed,
  {
    /** Records that a content was saved, shown or read. */
    readonly touch: (contentHash: string) => void
    /** A number that grows with every use; `undefined` when the content was not used since the start. */
    readonly lastUse: (contentHash: string) => number | undefined
  }
>() {}

/** How long uses are collected before they are sent to other tabs: only the leader evicts, and not at once. */
const gatherFor = "1 second"

/** When content was last used, in any tab, since this one was opened. */
export const layerLastUsed = Layer.scoped(
  LastUsed,
  Effect.gen(function* () {
    const channel = yield* TabChannel
    const usedAt = new Map<string, number>()
    const unsent = new Set<string>()
    const wake = yield* Queue.sliding<void>(1)
    let clock = 0
    const use = (contentHash: string): void => void usedAt.set(contentHash, ++clock)
    yield* channel.listen((message) => {
      if (message.type === "used") message.contentHashes.forEach(use)
    })
    yield* Queue.take(wake).pipe(
      Effect.zipRight(Effect.sleep(gatherFor)),
      Effect.zipRight(
        Effect.suspend(() => {
          const contentHashes = [...unsent]
          unsent.clear()
          return channel.post({ type: "used", contentHashes })
        }),
      ),
      Effect.forever,
      Effect.forkScoped,
    )
    return LastUsed.of({
      touch: (contentHash) => {
        use(contentHash)
        unsent.add(contentHash)
        Queue.unsafeOffer(wake, undefined)
      },
      lastUse: (contentHash) => usedAt.get(contentHash),
    })
  }),
)
