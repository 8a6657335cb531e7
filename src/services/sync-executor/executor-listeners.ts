import { Effect, type Scope } from "effect"
import type { ExecutorEvent } from "./SyncExecutor.js"

/** The listeners to the executor's events, each for as long as its scope is open. */
export class ExecutorListeners {
  readonly #listeners = new Set<(event: ExecutorEvent) => void>()

  emit(event: ExecutorEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  listen(listener: (event: ExecutorEvent) => void): Effect.Effect<void, never, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.sync(() => void this.#listeners.add(listener)),
      () => Effect.sync(() => void this.#listeners.delete(listener)),
    )
  }
}
