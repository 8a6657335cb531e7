import { makeWsSync } from "@livestore/sync-cf/client"
import { Effect, Stream } from "effect"

type Connect = ReturnType<typeof makeWsSync>

/**
 * LiveStore's own connection to a sync backend, which can be cut: nothing passes in either direction until it is restored.
 * `heard` names the events that came over it, one's own included: what the backend has, which the store's `isSynced`
 * does not say. `isOpen` once the backend has answered at all: what it sends from then on comes once, but what is
 * stored while it answers may come twice, and LiveStore 0.4.0 receives nothing any more after that.
 */
export const syncLine = (baseUrl: string) => {
  let mend = (): void => undefined
  let mended = Promise.resolve()
  let isOpen = false
  const heard: string[] = []
  const whole = Effect.promise(() => mended)
  const connect = makeWsSync({ url: `${baseUrl.replace(/^http/, "ws")}/sync` })
  const backend: Connect = (args) =>
    Effect.map(connect(args), (line) => ({
      ...line,
      push: (batch) => Effect.zipRight(whole, line.push(batch)),
      pull: (cursor, options) =>
        Stream.mapEffect(line.pull(cursor, options), (item) =>
          Effect.map(whole, () => {
            isOpen = true
            heard.push(...item.batch.map(({ eventEncoded }) => eventEncoded.name))
            return item
          }),
        ),
    }))
  return {
    backend,
    heard: heard as ReadonlyArray<string>,
    isOpen: (): boolean => isOpen,
    cut: (): void => {
      mended = new Promise((resolve) => {
        mend = resolve
      })
    },
    mend: (): void => mend(),
  }
}
