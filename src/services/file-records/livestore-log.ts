import { Deferred, Effect, ExecutionStrategy, Exit, Scope, Stream } from "effect"
import { type AttachedStore, encodeEvent, storeInternals } from "./attached-store.js"
import { factNames } from "./commit-events.js"
import { watchLeaderEvents } from "../../utils/leader-events.js"
import type { StoreLog } from "./StoreLog.js"
import { makeTablesHead } from "./tables-head.js"

const globalOf = (seqNum: string): number => Number(/^e(\d+)/.exec(seqNum)?.[1] ?? 0)

/** The scope in which a store lives is nowhere public. */
type WithLifetime = AttachedStore & {
  readonly [storeInternals]?: { readonly effectContext: { readonly lifetimeScope: Scope.CloseableScope } }
}

/**
 * Done when the scope of a store closes. Nothing else shows that a store was shut down by its `StoreRegistry` or by
 * LiveStore itself: it goes on taking events, and does nothing with them.
 */
const followLifetime = (store: WithLifetime): Effect.Effect<Lifetime, never, Scope.Scope> =>
  Effect.gen(function* () {
    const closed = yield* Deferred.make<void>()
    let isClosed = false
    const followed: Lifetime = { isClosed: () => isClosed, closed: Deferred.await(closed) }
    const lifetime = store[storeInternals]?.effectContext.lifetimeScope
    if (lifetime === undefined) return followed
    let isFollowed = true
    // A scope of our own below it, so that nothing of an engine that is gone stays with the store.
    const below = yield* Scope.fork(lifetime, ExecutionStrategy.sequential)
    yield* Scope.addFinalizer(
      below,
      Effect.sync(() => {
        isClosed = isFollowed
        if (isClosed) Deferred.unsafeDone(closed, Exit.void)
      }),
    )
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        isFollowed = false
        return Scope.close(below, Exit.void)
      }),
    )
    return followed
  })

interface Lifetime {
  readonly isClosed: () => boolean
  readonly closed: Effect.Effect<void>
}

interface DecodedEvent {
  readonly name: string
  readonly args: unknown
}

/** The log of a LiveStore store. */
export const makeStoreLog = (store: AttachedStore): Effect.Effect<StoreLog, never, Scope.Scope> =>
  Effect.map(followLifetime(store), (lifetime) => {
    return {
      mayHaveBackend: store.eventsStream !== undefined,
      connection: Stream.suspend(() =>
        Stream.map(
          (store.networkStatus?.changes ?? Stream.never) as Stream.Stream<{ readonly isConnected: boolean }>,
          ({ isConnected }) => isConnected,
        ),
      ),
      confirmed: ({ head, clientIds }) =>
        Stream.suspend(() =>
          Stream.map(
            (store.eventsStream?.({
              since: { global: head, client: 0, rebaseGeneration: 0 },
              filter: factNames,
              clientIds,
            }) ?? Stream.never) as Stream.Stream<DecodedEvent>,
            (event) => encodeEvent(store, event),
          ),
        ),
      pending: Effect.promise(async () => {
        const { session, leader } = (await store["_dev"]?.syncStates()) ?? {}
        return [...(session?.pending ?? []), ...(leader?.pending ?? [])].map(({ name, args }) => ({
          name,
          args,
        }))
      }),
      position: () => {
        const { localHead } = store.syncStatus()
        return localHead === undefined ? null : { head: globalOf(localHead), clientId: store.clientId ?? "" }
      },
      whenTablesAreCurrent: makeTablesHead(store).whenCurrent,
      progress: () => {
        try {
          return lifetime.isClosed() ? undefined : store.syncStatus()
        } catch {
          return undefined
        }
      },
      stopped: Effect.async((resume) => {
        const unwatch = watchLeaderEvents(store.storeId, (news) => {
          if (news.type === "stopped") resume(Effect.succeed(news.reason))
        })
        return Effect.sync(unwatch)
      }),
      closed: lifetime.closed,
    }
  })
