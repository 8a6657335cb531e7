import { makeWsSync } from "@livestore/sync-cf/client"
import { Effect, Stream } from "effect"

type Connect = ReturnType<typeof makeWsSync>

/** LiveStore's own connection to a sync backend, which can be cut: nothing passes in either direction until it is mended. */
export const syncLine = (baseUrl: string) => {
  let mend = (): void => undefined
  let mended = Promise.resolve()
  const whole = Effect.promise(() => mended)
  const connect = makeWsSync({ url: `${baseUrl.replace(/^http/, "ws")}/sync` })
  const backend: Connect = (args) =>
    Effect.map(connect(args), (line) => ({
      ...line,
      push: (batch) => Effect.zipRight(whole, line.push(batch)),
      pull: (cursor, options) =>
        Stream.mapEffect(line.pull(cursor, options), (item) => Effect.as(whole, item)),
    }))
  return {
    backend,
    cut: (): void => {
      mended = new Promise((resolve) => {
        mend = resolve
      })
    },
    mend: (): void => mend(),
  }
}
