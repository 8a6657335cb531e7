import type { FileSyncEvent, Unsubscribe } from "../../src/client/global-client.js"

/** The listeners of an engine and of its files; each counts until it ends. */
export class Listeners {
  #count = 0
  readonly #all = new Set<() => void>()
  readonly #byFile = new Map<string, Set<() => void>>()
  readonly #forEvents = new Set<(event: FileSyncEvent) => void>()

  /** How many have not ended. */
  get count(): number {
    return this.#count
  }

  add(listener: () => void): Unsubscribe {
    return this.#addTo(this.#all, () => listener())
  }

  addForFile(fileId: string, listener: () => void): Unsubscribe {
    const listeners = this.#byFile.get(fileId) ?? new Set()
    this.#byFile.set(fileId, listeners)
    return this.#addTo(listeners, () => listener())
  }

  addForEvents(listener: (event: FileSyncEvent) => void): Unsubscribe {
    return this.#addTo(this.#forEvents, listener)
  }

  /** Something about this file has changed. */
  tellOf(fileId: string): void {
    for (const listener of [...(this.#byFile.get(fileId) ?? [])]) listener()
    this.notify()
  }

  /** Something about the engine has changed. */
  notify(): void {
    for (const listener of [...this.#all]) listener()
  }

  /** Everything may have changed. */
  tellEverybody(): void {
    this.notify()
    for (const fileListeners of this.#byFile.values()) for (const listener of [...fileListeners]) listener()
  }

  announce(event: FileSyncEvent): void {
    for (const listener of this.#forEvents) listener(event)
  }

  #addTo<Listener>(listeners: Set<Listener>, listener: Listener): Unsubscribe {
    listeners.add(listener)
    this.#count++
    return () => {
      if (listeners.delete(listener)) this.#count--
    }
  }
}
