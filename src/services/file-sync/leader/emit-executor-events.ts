import { Effect, FiberSet } from "effect"
import type { FileSyncEvent } from "../../../types/index.js"
import { FileRecords } from "../../file-records/FileRecords.js"
import { type ExecutorEvent, SyncExecutor } from "../../sync-executor/SyncExecutor.js"
import { TabChannel } from "../../tabs/TabChannel.js"
import { Observers } from "../../notifications/Observers.js"
import { StatusView } from "../../status/sync-status.js"

const toEvents = (event: ExecutorEvent, fileIds: ReadonlyArray<string>): ReadonlyArray<FileSyncEvent> => {
  switch (event.type) {
    case "online":
    case "offline":
      return [{ type: event.type }]
    case "started":
    case "done":
      return fileIds.map((fileId) => ({ type: `${event.transfer.kind}-${event.type}` as const, fileId }))
    case "failed":
      return fileIds.map((fileId) => ({
        type: "transfer-failed",
        kind: event.transfer.kind,
        fileId,
        error: event.error,
        retryInMs: event.retryInMs,
      }))
    default:
      return []
  }
}

/** Emits the executor's events to observers as events of files. */
export const emitExecutorEvents = Effect.gen(function* () {
  const executor = yield* SyncExecutor
  const records = yield* FileRecords
  const observers = yield* Observers
  const channel = yield* TabChannel
  const status = yield* StatusView

  const fork = yield* FiberSet.makeRuntime<never>()
  yield* executor.listen((event) => {
    if (event.type === "changed" || event.type === "online" || event.type === "offline") {
      for (const one of toEvents(event, [])) observers.emit(one)
      return observers.invalidateStatus()
    }
    const { kind, contentHash, bytesDone, bytesTotal } = event.transfer
    const fileIds = records.withContent(contentHash).map(({ id }) => id)
    observers.invalidate(fileIds)
    for (const one of toEvents(event, fileIds)) observers.emit(one)
    if (event.type === "done") fork(status.refreshSpace)
    if (event.type === "started" || event.type === "phase") return
    const isDone = event.type === "done"
    for (const fileId of fileIds) {
      const progress = {
        kind,
        fileId,
        status: isDone
          ? ("done" as const)
          : event.type === "failed"
            ? ("error" as const)
            : ("progress" as const),
        loaded: isDone ? bytesTotal : bytesDone,
        total: bytesTotal,
      }
      observers.progress(progress)
      fork(channel.post({ type: "progress", progress }))
    }
  })
})
