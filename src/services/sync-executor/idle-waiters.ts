import { Deferred, Effect, Exit, FiberId } from "effect"

/** Callers that wait until nothing is queued, running or waiting for a retry. */
export class IdleWaiters {
  readonly #waiting = new Set<Deferred.Deferred<void>>()
  readonly #isIdle: () => boolean

  constructor(isIdle: () => boolean) {
    this.#isIdle = isIdle
  }

  /** After each change: resumes the waiting callers if there is nothing left to wait for. */
  check(): void {
    if (this.#waiting.size === 0 || !this.#isIdle()) return
    for (const waiter of this.#waiting) Deferred.unsafeDone(waiter, Exit.void)
    this.#waiting.clear()
  }

  readonly wait: Effect.Effect<void> = Effect.suspend(() => {
    if (this.#isIdle()) return Effect.void
    const waiter = Deferred.unsafeMake<void>(FiberId.none)
    this.#waiting.add(waiter)
    return Deferred.await(waiter)
  })
}
