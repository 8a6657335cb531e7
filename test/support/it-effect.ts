import { Effect, type Scope, TestContext } from "effect"
import { skipBecause, type Unless } from "./skip-because.js"

const run = <A, E>(body: Effect.Effect<A, E, Scope.Scope>): Promise<void> =>
  Effect.runPromise(Effect.asVoid(Effect.scoped(body)))

/** A test written as an Effect program with its own scope, on the real clock; `unless` names what the engine lacks. */
export const itLive = <A, E>(
  name: string,
  body: () => Effect.Effect<A, E, Scope.Scope>,
  unless?: Unless,
): void => {
  it(name, async function () {
    const reason = await unless?.()
    if (reason !== undefined) skipBecause(this, reason)
    await run(Effect.suspend(body))
  })
}

/** A test written as an Effect program with its own scope and a clock that only moves when the test advances it. */
export const itEffect = <A, E>(name: string, body: () => Effect.Effect<A, E, Scope.Scope>): void => {
  it(name, () => run(Effect.provide(Effect.suspend(body), TestContext.TestContext)))
}
