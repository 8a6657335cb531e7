import { Effect, Layer } from "effect"
import { holdInScope } from "./hold-in-scope.js"
import { TabChannel, type TabMessage } from "./TabChannel.js"
import { TabLocks } from "./TabLocks.js"

interface Holder {
  readonly tabId: string
  readonly mode: LockMode
  readonly onLost?: (() => void) | undefined
}

interface Waiter extends Holder {
  readonly grant: () => void
}

interface LockState {
  readonly holders: Set<Holder>
  waiting: ReadonlyArray<Waiter>
}

/** What the tabs of one simulated browser share. */
export class MemoryBrowser {
  readonly tabs = new Map<string, Set<(message: TabMessage) => void>>()
  readonly #locks = new Map<string, LockState>()

  isHeld(name: string): boolean {
    return this.#lock(name).holders.size > 0
  }

  isFree(name: string, mode: LockMode): boolean {
    const { holders, waiting } = this.#lock(name)
    if (holders.size === 0) return true
    return (
      mode === "shared" && waiting.length === 0 && [...holders].every((holder) => holder.mode === "shared")
    )
  }

  /** Takes a free lock; gives what gives it back, once. */
  take(name: string, mode: LockMode, tabId: string, onLost?: () => void): () => void {
    const holder = { mode, tabId, onLost }
    const { holders } = this.#lock(name)
    holders.add(holder)
    return () => {
      if (holders.delete(holder)) this.#grantNext(name)
    }
  }

  /** Steals the lock from its holder. */
  takeAway(name: string): void {
    const { holders } = this.#lock(name)
    const lost = [...holders]
    holders.clear()
    for (const { onLost } of lost) onLost?.()
  }

  /** Calls `grant` when the lock is free; gives what ends the wait. */
  wait(name: string, mode: LockMode, tabId: string, grant: () => void): () => void {
    const lock = this.#lock(name)
    const waiter = { mode, tabId, grant }
    lock.waiting = [...lock.waiting, waiter]
    return () => {
      lock.waiting = lock.waiting.filter((other) => other !== waiter)
    }
  }

  /** A tab is gone, however it went: its locks are free, and it receives nothing more. */
  drop(tabId: string): void {
    this.tabs.delete(tabId)
    for (const [name, lock] of this.#locks) {
      lock.waiting = lock.waiting.filter((waiter) => waiter.tabId !== tabId)
      for (const holder of lock.holders) if (holder.tabId === tabId) lock.holders.delete(holder)
      this.#grantNext(name)
    }
  }

  #grantNext(name: string): void {
    const lock = this.#lock(name)
    const [first, ...rest] = lock.waiting
    if (first === undefined || lock.holders.size > 0) return
    lock.waiting = rest
    first.grant()
  }

  #lock(name: string): LockState {
    const known = this.#locks.get(name)
    if (known !== undefined) return known
    const made: LockState = { holders: new Set(), waiting: [] }
    this.#locks.set(name, made)
    return made
  }
}

/** Locks and messages between engines in one program; give several engines one browser to make them its tabs. */
export const layerMemoryTabs = (
  browser: MemoryBrowser = new MemoryBrowser(),
  tabId: string = crypto.randomUUID(),
) =>
  Layer.merge(
    Layer.succeed(TabLocks, {
      hold: (name, mode = "exclusive", { steal = false, onLost } = {}) =>
        holdInScope((granted) => {
          let release: (() => void) | undefined
          const grant = () => granted((release = browser.take(name, mode, tabId, onLost)))
          if (steal) browser.takeAway(name)
          const stopWaiting =
            steal || browser.isFree(name, mode) ? undefined : browser.wait(name, mode, tabId, grant)
          if (stopWaiting === undefined) grant()
          return () => {
            stopWaiting?.()
            release?.()
          }
        }),
      tryExclusive: (name, effect) =>
        Effect.suspend(() => {
          if (!browser.isFree(name, "exclusive")) return Effect.succeed(false)
          const release = browser.take(name, "exclusive", tabId)
          return effect.pipe(Effect.ensuring(Effect.sync(release)), Effect.as(true))
        }),
      isHeld: (name) => Effect.sync(() => browser.isHeld(name)),
    }),
    Layer.scoped(
      TabChannel,
      Effect.gen(function* () {
        const listeners = new Set<(message: TabMessage) => void>()
        yield* Effect.acquireRelease(
          Effect.sync(() => browser.tabs.set(tabId, listeners)),
          () => Effect.sync(() => browser.tabs.delete(tabId)),
        )
        return {
          tabId,
          post: (message) =>
            Effect.sync(() => {
              for (const [id, others] of browser.tabs) {
                if (id === tabId) continue
                // Later and as a copy, as between real tabs.
                for (const listener of others) queueMicrotask(() => listener(structuredClone(message)))
              }
            }),
          listen: (listener) =>
            Effect.acquireRelease(
              Effect.sync(() => void listeners.add(listener)),
              () => Effect.sync(() => void listeners.delete(listener)),
            ),
        }
      }),
    ),
  )
