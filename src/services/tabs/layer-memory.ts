import { Effect, Layer, Scope } from "effect"
import { TabChannel, type TabMessage } from "./TabChannel.js"
import { TabLocks } from "./TabLocks.js"

interface Waiting {
  readonly mode: LockMode
  readonly grant: () => void
}

interface Held {
  mode: LockMode
  count: number
  readonly queue: Array<Waiting>
}

/** What the tabs of one simulated browser share. */
export class MemoryBrowser {
  readonly locks = new Map<string, Held>()
  readonly tabs = new Map<string, Set<(message: TabMessage) => void>>()

  isFree(name: string, mode: LockMode): boolean {
    const held = this.locks.get(name)
    return held === undefined || (mode === "shared" && held.mode === "shared" && held.queue.length === 0)
  }

  take(name: string, mode: LockMode): void {
    const held = this.locks.get(name)
    if (held === undefined) this.locks.set(name, { mode, count: 1, queue: [] })
    else held.count++
  }

  release(name: string): void {
    const held = this.locks.get(name)
    if (held === undefined || --held.count > 0) return
    this.locks.delete(name)
    const [first, ...rest] = held.queue
    if (first === undefined) return
    this.locks.set(name, { mode: first.mode, count: 1, queue: rest })
    first.grant()
  }
}

/** Locks and messages between engines in one program; give several engines one browser to make them its tabs. */
export const layerMemoryTabs = (
  browser: MemoryBrowser = new MemoryBrowser(),
  tabId: string = crypto.randomUUID(),
) =>
  Layer.merge(
    Layer.succeed(TabLocks, {
      hold: (name, mode = "exclusive") =>
        Effect.gen(function* () {
          const scope = yield* Effect.scope
          yield* Effect.async<void>((resume) => {
            if (browser.isFree(name, mode)) {
              browser.take(name, mode)
              return resume(Effect.void)
            }
            const waiting = { mode, grant: () => resume(Effect.void) }
            const queue = browser.locks.get(name)?.queue
            queue?.push(waiting)
            return Effect.sync(() => void queue?.splice(queue.indexOf(waiting), 1))
          })
          yield* Scope.addFinalizer(
            scope,
            Effect.sync(() => browser.release(name)),
          )
        }),
      tryExclusive: (name, effect) =>
        Effect.suspend(() => {
          if (!browser.isFree(name, "exclusive")) return Effect.succeed(false)
          browser.take(name, "exclusive")
          return effect.pipe(Effect.ensuring(Effect.sync(() => browser.release(name))), Effect.as(true))
        }),
      isHeld: (name) => Effect.sync(() => browser.locks.has(name)),
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
