import { Effect, Layer } from "effect"
import { TabChannel } from "./TabChannel.js"
import { TabLocks } from "./TabLocks.js"

/** Permits of a lock: a shared holder takes one, an exclusive one all. Above any number of saves at once. */
const allPermits = 1_000_000

/** Single-tab locks: a tab that shares nothing with others. Messages go nowhere; locks are between its own fibres. */
export const layerSingleTab = Layer.merge(
  Layer.sync(TabChannel, () => ({
    tabId: crypto.randomUUID(),
    post: () => Effect.void,
    listen: () => Effect.void,
  })),
  Layer.sync(TabLocks, () => {
    const locks = new Map<string, Effect.Semaphore>()
    const lock = (name: string): Effect.Semaphore => {
      const known = locks.get(name) ?? Effect.unsafeMakeSemaphore(allPermits)
      locks.set(name, known)
      return known
    }
    const tryExclusive = (name: string, effect: Effect.Effect<void>) =>
      Effect.map(lock(name).withPermitsIfAvailable(allPermits)(effect), ({ _tag }) => _tag === "Some")
    return {
      hold: (name, mode = "exclusive") => {
        const permits = mode === "shared" ? 1 : allPermits
        return Effect.acquireRelease(Effect.interruptible(lock(name).take(permits)), () =>
          lock(name).release(permits),
        )
      },
      tryExclusive,
      isHeld: (name) => Effect.map(tryExclusive(name, Effect.void), (wasFree) => !wasFree),
    }
  }),
)
