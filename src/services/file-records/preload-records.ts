import { Effect } from "effect"
import type { ChangeFeed } from "./change-feed.js"

/** Reads every live record into the feed's index, part by part, and lets the page do something else between two parts. */
export const preloadRecords = (feed: ChangeFeed, nextTask: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.suspend(() => {
    let after: string | undefined = ""
    const readOn = Effect.sync(() => {
      if (after !== undefined) after = feed.readPart(after)
    })
    return readOn.pipe(
      Effect.zipRight(nextTask),
      Effect.repeat({ while: () => after !== undefined }),
      Effect.asVoid,
    )
  })
