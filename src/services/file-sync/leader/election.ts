import { Cause, Deferred, Effect, Exit, FiberHandle } from "effect"
import { FileRecords } from "../../file-records/FileRecords.js"
import { Observers } from "../../notifications/Observers.js"
import { TransferView } from "../../status/transfer-view.js"
import { TabChannel } from "../../tabs/TabChannel.js"
import { lockNames, TabLocks } from "../../tabs/TabLocks.js"
import { Leader } from "./Leader.js"

/** How long a leader that failed leaves the lock to other tabs. */
const pauseAfterFailure = "5 seconds"

/** A visible leader refuses at once. One that does not answer within this time is hidden, throttled or suspended. */
const claimPatience = "3 seconds"

const documentIsVisible = (): boolean =>
  typeof document === "undefined" || document.visibilityState === "visible"

/**
 * Waits for the leader lock and leads while it holds it: until another tab steals it, until the leader fails, which frees
 * the lock for a while, or until the store is shut down.
 */
export const makeElection = ({
  storeId,
  isVisible = documentIsVisible,
}: {
  readonly storeId: string
  readonly isVisible?: (() => boolean) | undefined
}) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const channel = yield* TabChannel
    const locks = yield* TabLocks
    const observers = yield* Observers
    const view = yield* TransferView
    const leader = yield* Leader
    const names = lockNames(storeId)
    const session = yield* FiberHandle.make<void, never>()
    const hello = { type: "hello", tabId: channel.tabId } as const
    let refused = yield* Deferred.make<void>()

    const turn = (steal: boolean) =>
      Effect.gen(function* () {
        yield* channel.post(hello)
        const lost = yield* Deferred.make<void>()
        const onLost = (): void => Deferred.unsafeDone(lost, Exit.void)
        yield* locks.hold(names.leader, "exclusive", { steal, onLost })
        yield* Effect.raceFirst(leader.run, Deferred.await(lost))
      }).pipe(
        Effect.scoped,
        Effect.catchAllCause((cause) => {
          if (Cause.isInterruptedOnly(cause)) return Effect.failCause(cause as Cause.Cause<never>)
          view.setFailed(true)
          observers.invalidateStatus()
          return Effect.logError("The leader failed; another tab may lead now", cause).pipe(
            Effect.zipRight(Effect.sleep(pauseAfterFailure)),
          )
        }),
      )
    const turns = (steal: boolean): Effect.Effect<void> =>
      Effect.raceFirst(Effect.zipRight(turn(steal), Effect.forever(turn(false))), records.log.closed)

    const claim = Effect.gen(function* () {
      if (!view.isTakingPart() || view.isLeader() || !isVisible()) return
      refused = yield* Deferred.make<void>()
      yield* channel.post({ type: "claim", tabId: channel.tabId })
      yield* Effect.raceFirst(Deferred.await(refused), Effect.sleep(claimPatience))
      const isRefused = yield* Deferred.isDone(refused)
      if (isRefused || !view.isTakingPart() || view.isLeader() || !isVisible()) return
      yield* FiberHandle.run(session, turns(true))
    })

    yield* channel.listen((message) => {
      if (message.type === "claim-refused" && message.tabId === channel.tabId)
        Deferred.unsafeDone(refused, Exit.void)
    })

    return {
      /** Joins the election; idempotent. A visible tab claims the lock from a hidden one. */
      start: Effect.suspend(() => {
        view.setTakingPart(true)
        return Effect.asVoid(FiberHandle.run(session, turns(false), { onlyIfMissing: true }))
      }),
      stop: Effect.suspend(() => {
        view.setTakingPart(false)
        return FiberHandle.clear(session)
      }),
      claim,
      /** Answers a claim: a visible leader refuses; otherwise there is no answer, and the claiming tab steals the lock. */
      answerClaim: (tabId: string) =>
        view.isLeader() && isVisible() ? channel.post({ type: "claim-refused", tabId }) : Effect.void,
    }
  })
