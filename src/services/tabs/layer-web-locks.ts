import { Effect, Layer, Runtime } from "effect"
import { holdInScope } from "./hold-in-scope.js"
import { TabLocks } from "./TabLocks.js"

const request = (
  name: string,
  options: LockOptions,
  onGranted: (lock: Lock | null) => Promise<void>,
): Promise<void> => navigator.locks.request(name, options, onGranted) as Promise<void>

/** Locks by the Web Locks API. */
export const layerWebLocks = Layer.succeed(TabLocks, {
  hold: (name, mode = "exclusive", { steal = false, onLost } = {}) =>
    holdInScope((granted) => {
      const waiting = new AbortController()
      let release: (() => void) | undefined
      request(
        name,
        steal ? { mode, steal } : { mode, signal: waiting.signal },
        () =>
          new Promise<void>((done) => {
            release = done
            granted(done)
          }),
      ).catch(() => {
        // A wait that was given up, or a lock that was taken away.
        if (release !== undefined) onLost?.()
      })
      return () => {
        waiting.abort()
        release?.()
      }
    }),
  tryExclusive: (name, effect) =>
    Effect.runtime().pipe(
      Effect.flatMap((runtime) =>
        Effect.promise(async () => {
          let ran = false
          await request(name, { mode: "exclusive", ifAvailable: true }, async (lock) => {
            if (lock === null) return
            ran = true
            await Runtime.runPromise(runtime)(effect)
          })
          return ran
        }),
      ),
    ),
  isHeld: (name) =>
    Effect.promise(async () => {
      const { held = [] } = await navigator.locks.query()
      return held.some((lock) => lock.name === name)
    }),
})
