import { Effect, Scope } from "effect"

/**
 * Waits for a lock and holds it until the scope closes. `request` begins to wait, calls `granted` with what releases
 * the lock, and returns what gives up: the wait, or the lock when an interruption came at the moment of the grant.
 */
export const holdInScope = (
  request: (granted: (release: () => void) => void) => () => void,
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      const release = yield* restore(
        Effect.async<() => void>((resume) => {
          const giveUp = request((releaseIt) => resume(Effect.succeed(releaseIt)))
          return Effect.sync(giveUp)
        }),
      )
      yield* Scope.addFinalizer(scope, Effect.sync(release))
    }),
  )
