import { Context, Effect, Layer } from "effect"

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

/** The uses of this tab. */
export const layerContentUse = Layer.effect(
  ContentUse,
  Effect.sync(() => {
    const usedAt = new Map<string, number>()
    let clock = 0
    return ContentUse.of({
      touch: (contentHash) => void usedAt.set(contentHash, ++clock),
      lastUse: (contentHash) => usedAt.get(contentHash),
    })
  }),
)
