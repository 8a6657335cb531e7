import { Effect } from "effect"
import type { DownloadError } from "../../errors/index.js"
import { reachable, probeLoop } from "./probe-loop.js"
import { retryClassOf } from "./retry-policy.js"
import type { ConnectionFacts } from "./SyncExecutor.js"
import type { Transfer } from "./transfer-table.js"

/** Callbacks of the executor for changes of the connection. */
export interface ConnectionParts {
  readonly checkHealth: Effect.Effect<void, DownloadError>
  /** The remote became reachable or unreachable. */
  readonly switched: (isOnline: boolean) => void
  /** The time of the next probe, or the reason of the last failure, changed. */
  readonly changed: () => void
  /** The remote answered after an outage, or after a hint that it can be reached again. */
  readonly answered: Effect.Effect<void>
}

/** Whether the last probe reached the remote; `true` until one fails. */
export class Connection {
  readonly #parts: ConnectionParts
  #isOnline = true
  #facts = reachable

  constructor(parts: ConnectionParts) {
    this.#parts = parts
  }

  get isOnline(): boolean {
    return this.#isOnline
  }

  get facts(): ConnectionFacts {
    return this.#facts
  }

  /** Asks until it answers; `isHint` = something says that it can be reached, so that an answer counts as its return. */
  probe(isHint: boolean): Effect.Effect<void> {
    const { checkHealth, answered, changed } = this.#parts
    const onFailed = (facts: ConnectionFacts): void => {
      this.#facts = facts
      this.#switch(false)
      changed()
    }
    const onAnswer = Effect.suspend(() => {
      const isBack = isHint || !this.#isOnline
      this.#facts = reachable
      this.#switch(true)
      return isBack ? answered : Effect.void
    })
    return Effect.zipRight(probeLoop(checkHealth, onFailed), onAnswer)
  }

  /** Probing has stopped: what was known about the connection is forgotten. */
  reset(): void {
    this.#isOnline = true
    this.#facts = reachable
  }

  #switch(isOnline: boolean): void {
    if (isOnline === this.#isOnline) return
    this.#isOnline = isOnline
    this.#parts.switched(isOnline)
  }
}

/** Whether a transfer waits because the remote could not be reached: it need not wait any longer once it can. */
export const waitsForConnection = ({ phase, failure }: Transfer): boolean =>
  phase === "waiting" && failure !== null && retryClassOf(failure.reason) === "back-off-and-probe"
