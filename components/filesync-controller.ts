import type { ReactiveController, ReactiveControllerHost } from "lit"
import type { FileSyncClient, Unsubscribe } from "../src/client/global-client.js"
import { watchEngine } from "./engine-watchers.js"

/** The callbacks of an element that uses the engine. */
export interface FilesyncControllerOptions {
  /** Makes the element's one subscription; called again for every engine and on `resubscribe`. */
  readonly subscribe: (engine: FileSyncClient, notify: () => void) => Unsubscribe | undefined
  /** Called when the element starts, when the engine comes, goes or is replaced, and at every notification. */
  readonly changed: () => void
  /** Called once the element has really left the page, to release everything. */
  readonly stopped?: () => void
}

/**
 * An element's only way to the engine: it follows the global engine while the element is on the page, keeps one
 * subscription, and turns every failure into an answer so that elements never throw.
 */
export class FilesyncController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element
  readonly #options: FilesyncControllerOptions
  #engine: FileSyncClient | undefined
  #unwatch: Unsubscribe | undefined
  #unsubscribe: Unsubscribe | undefined

  constructor(host: ReactiveControllerHost & Element, options: FilesyncControllerOptions) {
    this.#host = host
    this.#options = options
    host.addController(this)
  }

  /** The engine this element follows now; `undefined` before there is one and while the element is off the page. */
  get engine(): FileSyncClient | undefined {
    return this.#engine
  }

  /** Whether the element is on the page (or just being moved) and follows the engine. */
  get started(): boolean {
    return this.#unwatch !== undefined
  }

  hostConnected(): void {
    if (this.started) return
    let first = true
    this.#unwatch = watchEngine((engine) => {
      // Without an engine the reason why there is none may have changed.
      if (!first && engine === this.#engine && engine !== undefined) return
      first = false
      this.#engine = engine
      this.resubscribe()
    })
  }

  hostDisconnected(): void {
    // A node that is moved leaves and returns within one task: waiting a microtask keeps its picture and subscription.
    queueMicrotask(() => {
      if (this.#host.isConnected || !this.started) return
      this.#unwatch?.()
      this.#unwatch = undefined
      this.#endSubscription()
      this.#options.stopped?.()
      this.#engine = undefined
    })
  }

  /** Replaces the subscription, for example because the element shows another file now. */
  resubscribe(): void {
    if (!this.started && !this.#host.isConnected) return
    this.#endSubscription()
    const engine = this.#engine
    if (engine !== undefined) {
      this.#unsubscribe = answerOf(() => this.#options.subscribe(engine, () => this.#notified(engine)))
    }
    this.#options.changed()
  }

  /** Asks the engine; `undefined` when there is none or it cannot answer. */
  ask<Answer>(question: (engine: FileSyncClient) => Answer): Answer | undefined {
    const engine = this.#engine
    return engine === undefined ? undefined : answerOf(() => question(engine))
  }

  /** Runs a command on the engine; resolves to whether it succeeded. */
  async run(order: (engine: FileSyncClient) => Promise<unknown>): Promise<boolean> {
    const engine = this.#engine
    if (engine === undefined) return false
    try {
      await order(engine)
      return true
    } catch {
      // The failure is in the file's state, which elements render.
      return false
    }
  }

  #notified(engine: FileSyncClient): void {
    if (engine === this.#engine) this.#options.changed()
  }

  #endSubscription(): void {
    const unsubscribe = this.#unsubscribe
    this.#unsubscribe = undefined
    if (unsubscribe !== undefined) answerOf(unsubscribe)
  }
}

/** A disposed engine may throw; for an element that is the same as no answer. */
const answerOf = <Answer>(question: () => Answer): Answer | undefined => {
  try {
    return question()
  } catch {
    return undefined
  }
}
