import { Context, Effect, Layer, Queue } from "effect"
import type { ConfigError, StorageError } from "../../errors/index.js"
import { maxFilesPerEvent } from "../../schema/event-limits.js"
import { FileRecords } from "../file-records/FileRecords.js"

/** Commits events for finished uploads, many in one event, and knows which are not committed yet. */
export class UploadConfirmation extends Context.Tag("filesync/UploadConfirmation")<
  UploadConfirmation,
  {
    /** Uploaded, and the event is about to be committed. */
    readonly isConfirming: (contentHash: string) => boolean
    /** `isLast`: nothing else is being uploaded, so there is no point in waiting for others to share the event. */
    readonly confirm: (
      contentHash: string,
      remoteKey: string,
      isLast: boolean,
    ) => Effect.Effect<void, ConfigError | StorageError>
  }
>() {}

/** How long a finished upload waits for others to share its event. 1,000 small files in ten seconds cost 20 events. */
const gatherFor = "500 millis"

/** The confirmation over file records. */
export const layerUploadConfirmation = Layer.scoped(
  UploadConfirmation,
  Effect.gen(function* () {
    const records = yield* FileRecords
    const waiting = new Map<string, string>()
    const wake = yield* Queue.sliding<void>(1)
    const flush = Effect.suspend(() => {
      const uploads = [...waiting].map(([contentHash, remoteKey]) => ({ contentHash, remoteKey }))
      return records.markUploaded(uploads).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            for (const { contentHash } of uploads) waiting.delete(contentHash)
          }),
        ),
      )
    })
    yield* Queue.take(wake).pipe(
      Effect.zipRight(Effect.sleep(gatherFor)),
      Effect.zipRight(flush),
      Effect.catchAll(() => Effect.void), // The store is gone. The bytes are there, which the next start finds out.
      Effect.forever,
      Effect.forkScoped,
    )
    return UploadConfirmation.of({
      isConfirming: (contentHash) => waiting.has(contentHash),
      confirm: (contentHash, remoteKey, isLast) =>
        Effect.suspend(() => {
          waiting.set(contentHash, remoteKey)
          if (isLast || waiting.size >= maxFilesPerEvent) return flush
          return Effect.asVoid(Queue.offer(wake, undefined))
        }),
    })
  }),
)
