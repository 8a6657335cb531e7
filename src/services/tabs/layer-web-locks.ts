import { Effect, Layer, Runtime, Scope } from "effect"
import { TabLocks } from "./TabLocks.js"

const request = (
  name: string,
  options: LockOptions,
  onGranted: (lock: Lock | null) => Promise<void>,
): Promise<void> => navigator.locks.request(name, options, onGranted) as Promise<void>

/** Locks by the Web Locks API. */
export const layerWebLocks = Layer.succeed(TabLocks, {
  hold: (name, mode = "exclusive") =>
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      const release = yield* Effect.async<() => void>((resume, signal) => {
        request(
          name,
          { mode, signal },
          () => new Promise<void>((done) => resume(Effect.succeed(() => done()))),
        ).catch(() => undefined) // Only the abort of a wait that was interrupted.
      })
      yield* Scope.addFinalizer(scope, Effect.sync(release))
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
