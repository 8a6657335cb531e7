import { Effect } from "effect"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { NextTask } from "../file-records/NextTask.js"
import { Outbox } from "../outbox/Outbox.js"
import { UploadConfirmation } from "../transfers/upload-confirmation.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { TransferView } from "./transfer-view.js"

/** Counts records whose content is not at the remote, in step with their changes until the scope closes. */
export const makeNotRemoteCounts = Effect.gen(function* () {
  const records = yield* FileRecords
  const index = yield* PresenceIndex
  const view = yield* TransferView
  const confirmation = yield* UploadConfirmation
  const outbox = yield* Outbox

  const remote = yield* RemoteStorage
  const nextTask = yield* NextTask

  const notRemote = new Map<string, string>()
  let unread: string | undefined = ""
  const readPart = (): void => {
    const { rows, next } = index.pendingPart(unread ?? "")
    for (const { id, remoteKey, contentHash } of rows) if (remoteKey === null) notRemote.set(id, contentHash)
    unread = next
  }
  // The first part at once: in most libraries it is the only one.
  readPart()
  yield* Effect.forkScoped(
    Effect.whileLoop({
      while: () => unread !== undefined,
      body: () => Effect.zipRight(nextTask, Effect.sync(readPart)),
      step: () => undefined,
    }),
  )
  yield* records.watch((changes) => {
    for (const { fileId, after } of changes) {
      if (after !== undefined && after.remoteKey === null) notRemote.set(fileId, after.contentHash)
      else notRemote.delete(fileId)
    }
  })

  const countOnlyHere = (): number => {
    let count = 0
    for (const contentHash of notRemote.values()) {
      if (index.isPresent(contentHash) && !confirmation.isConfirming(contentHash)) count++
    }
    return count + countUnrecorded()
  }

  /** Saves that the journal still has to give a record: a store that is dead or was emptied knows nothing of them. */
  const countUnrecorded = (): number => {
    let count = 0
    for (const { id, contentHash } of outbox.now().saves.values())
      if (
        records.get(id) === undefined &&
        !notRemote.has(id) &&
        index.isPresent(contentHash) &&
        !isDeleted(id)
      )
        count++
    return count
  }
  const isDeleted = (fileId: string): boolean => {
    try {
      return records.isDeleted(fileId)
    } catch {
      return false // The store does not answer any more.
    }
  }

  const isStopped = (contentHash: string): boolean => view.get("upload", contentHash)?.phase === "failed"

  return {
    /** Whether all records are counted, which takes several parts in a large library. */
    isComplete: (): boolean => !remote.enabled || unread === undefined,
    /** Files whose bytes are on this device and nowhere else. */
    countOnlyHere,
    /** Of these, those whose upload has not stopped. */
    countWaiting: (): number => {
      const stopped = new Set(index.failed().map(({ contentHash }) => contentHash))
      let count = 0
      for (const contentHash of notRemote.values()) {
        if (stopped.has(contentHash) || isStopped(contentHash)) continue
        if (index.isPresent(contentHash) && !confirmation.isConfirming(contentHash)) count++
      }
      return count
    },
  }
})
