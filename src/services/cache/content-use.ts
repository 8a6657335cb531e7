import { Context, Effect, Layer, Queue } from "effect"
import { TabChannel } from "../tabs/TabChannel.js"

/** When which content was last used, so that what nobody looks at goes first. */
export class ContentUse extends Context.Tag("filesync/ContentUse")<
  ContentUse,
  {
    /** Content was shown or read: it goes last. */
    readonly touch: (contentHash: string) => void
    /** A number that grows from use to use; `undefined` when it was not used since the start. */
    readonly lastUse: (contentHash: string) => number | undefined
  }
>() {}

/** How long uses are gathered before other tabs hear of them: only one of them frees space, and it takes its time. */
const gatherFor = "1 second"

/** The uses of all tabs since this one was opened. */
export const layerContentUse = Layer.scoped(
  ContentUse,
  Effect.gen(function* () {
    const channel = yield* TabChannel
    const usedAt = new Map<string, number>()
    const untold = new Set<string>()
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
          const contentHashes = [...untold]
          untold.clear()
          return channel.post({ type: "used", contentHashes })
        }),
      ),
      Effect.forever,
      Effect.forkScoped,
    )
    return ContentUse.of({
      touch: (contentHash) => {
        use(contentHash)
        untold.add(contentHash)
        Queue.unsafeOffer(wake, undefined)
      },
      lastUse: (contentHash) => usedAt.get(contentHash),
    })
  }),
)
