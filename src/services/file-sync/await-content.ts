import { Deferred, Effect, Exit, Queue } from "effect"
import { DownloadError, type DownloadErrorReason, FileNotFoundError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import type { TabCommand, TransferSnapshot } from "../tabs/TabChannel.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { Observers } from "../notifications/Observers.js"
import { TransferView } from "../status/transfer-view.js"

/**
 * How long a read waits for bytes that another device is still uploading. Records travel faster than bytes, so a read
 * right after a record appeared is ordinary.
 */
const uploadElsewhereTimeout = "10 seconds"

/** How often a read repeats its request while no transfer of its content is seen: a leader may learn of the record later. */
const askAgainAfter = "1 second"

/** Requests without any transfer, after which a read fails with `Timeout`. */
const maxQuestions = 30

/** Requests without any leader, after which a read in a tab that was not started fails with `NotStarted`. */
const maxQuestionsWithoutLeader = 2

/** Gives the function that says how a wait ends in the present state. */
const makeOutcome = Effect.gen(function* () {
  const records = yield* FileRecords
  const index = yield* PresenceIndex
  const view = yield* TransferView

  /** `undefined` while the wait continues. */
  const outcomeOf = (
    record: FileRecord,
    isOldFailure: (transfer: TransferSnapshot) => boolean,
  ): Exit.Exit<void, DownloadError | FileNotFoundError> | undefined => {
    const { id, contentHash } = record
    const failed = (info: { readonly reason: DownloadErrorReason }) =>
      Exit.fail(
        new DownloadError({ reason: info.reason, fileId: id, key: record.remoteKey ?? "", cause: info }),
      )
    if (index.isPresent(contentHash)) return Exit.void
    const now = records.get(id)
    if (now === undefined) {
      const reason = records.isDeleted(id) ? ("Deleted" as const) : ("NoRecord" as const)
      return Exit.fail(new FileNotFoundError({ reason, fileId: id }))
    }
    // The caller looks at the file as it is now.
    if (now.contentHash !== contentHash || now.remoteKey === null) return Exit.void
    const transfer = view.get("download", contentHash)
    if (transfer?.error != null && !isOldFailure(transfer))
      return failed(transfer.error as { readonly reason: DownloadErrorReason })
    if (records.isPaused()) return failed({ reason: "Paused" })
    return view.isOnline() ? undefined : failed({ reason: "Offline" })
  }
  return outcomeOf
})

/** Waits for bytes that are not on this device, whichever tab downloads or device uploads them. */
export const makeAwaitContent = Effect.gen(function* () {
  const observers = yield* Observers
  const view = yield* TransferView

  const outcomeOf = yield* makeOutcome

  /**
   * Ends when the bytes are here, when the record has other content, or with the first failure of an attempt that began
   * after the call: the engine keeps retrying, but the caller need not wait.
   */
  const awaitContent = (
    record: FileRecord,
    ask: (command: TabCommand) => Effect.Effect<void>,
    onProgress?: (loadedBytes: number, totalBytes: number) => void,
  ): Effect.Effect<void, DownloadError | FileNotFoundError> =>
    Effect.gen(function* () {
      const { contentHash } = record
      const arrived = yield* Deferred.make<void, DownloadError | FileNotFoundError>()
      const before = view.get("download", contentHash)
      let mayBeOld = before?.error != null
      const check = (): void => {
        const transfer = view.get("download", contentHash)
        if (transfer?.phase === "running") onProgress?.(transfer.bytesDone, transfer.bytesTotal)
        if (transfer?.attempt !== before?.attempt || transfer?.error == null) mayBeOld = false
        const outcome = outcomeOf(record, () => mayBeOld)
        if (outcome !== undefined) Deferred.unsafeDone(arrived, outcome)
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => observers.subscribe(check)),
        (unsubscribe) => Effect.sync(unsubscribe),
      )
      const again = yield* Queue.sliding<void>(1)
      // A new leader does not know of requests sent before it led.
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          observers.onEvent(({ type }) => {
            if (type === "leader" || type === "follower") Queue.unsafeOffer(again, undefined)
          }),
        ),
        (unsubscribe) => Effect.sync(unsubscribe),
      )
      // Evaluated each time: by then this tab may have become the leader, or stopped being it.
      const requestDownload = Effect.suspend(() => ask({ type: "want", contentHash }))
      let questions = 0
      const askAgain = Effect.suspend(() => {
        mayBeOld = false
        check()
        if (view.get("download", contentHash) !== undefined) {
          questions = 0
          return Effect.void
        }
        questions++
        const isNobodyThere = !view.isTakingPart() && !view.hasSnapshot()
        const reason =
          isNobodyThere && questions > maxQuestionsWithoutLeader
            ? ("NotStarted" as const)
            : questions > maxQuestions
              ? ("Timeout" as const)
              : undefined
        if (reason === undefined) return requestDownload
        const error = new DownloadError({ reason, fileId: record.id, key: record.remoteKey ?? "" })
        return Deferred.fail(arrived, error)
      })
      yield* requestDownload
      yield* Effect.sync(check)
      yield* Queue.take(again).pipe(
        Effect.race(Effect.sleep(askAgainAfter)),
        Effect.zipRight(askAgain),
        Effect.forever,
        Effect.forkScoped,
      )
      yield* Deferred.await(arrived)
    }).pipe(Effect.scoped)

  return awaitContent
})

/** Gives the record once some device has uploaded its content, or as it is after a timeout. */
export const makeAwaitUploadElsewhere = Effect.gen(function* () {
  const records = yield* FileRecords
  const index = yield* PresenceIndex
  const observers = yield* Observers

  return (record: FileRecord): Effect.Effect<FileRecord | undefined> =>
    Effect.gen(function* () {
      const changed = yield* Deferred.make<FileRecord | undefined>()
      const check = (): void => {
        const now = records.get(record.id)
        const isWaiting = now !== undefined && now.remoteKey === null && !index.isPresent(now.contentHash)
        if (!isWaiting) Deferred.unsafeDone(changed, Exit.succeed(now))
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => observers.subscribeFile(record.id, check)),
        (unsubscribe) => Effect.sync(unsubscribe),
      )
      yield* Effect.sync(check)
      return yield* Deferred.await(changed).pipe(
        Effect.timeoutTo({
          duration: uploadElsewhereTimeout,
          onSuccess: (now) => now,
          onTimeout: () => records.get(record.id),
        }),
      )
    }).pipe(Effect.scoped)
})
