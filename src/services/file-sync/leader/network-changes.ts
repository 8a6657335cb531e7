import { Effect, Queue } from "effect"
import { PresenceIndex } from "../../cache/PresenceIndex.js"
import { FileRecords } from "../../file-records/FileRecords.js"
import { SyncExecutor } from "../../sync-executor/SyncExecutor.js"
import { type DownloadPolicy, isWanted } from "../sync-config.js"

/** Several signs of one change of the network come close together. */
const settleFor = "1 second"

/** Calls back at every sign of another network, until the scope closes; only Chromium knows which kind it is. */
const onNetworkChange = (listener: () => void) =>
  Effect.gen(function* () {
    const { connection } = (globalThis.navigator ?? {}) as { readonly connection?: Partial<EventTarget> }
    const ending = yield* Effect.acquireRelease(
      Effect.sync(() => new AbortController()),
      (open) => Effect.sync(() => open.abort()),
    )
    const { signal } = ending
    connection?.addEventListener?.("change", listener, { signal })
    globalThis.addEventListener?.("online", listener, { signal })
  })

/**
 * Evaluates a download rule again when the network has changed: files that it now wants are downloaded, and queued
 * downloads that it no longer wants are dropped.
 */
export const askPolicyOnNetworkChanges = (
  policy: DownloadPolicy,
  reconcile: Effect.Effect<unknown, unknown>,
) =>
  Effect.gen(function* () {
    if (typeof policy !== "function") return
    const records = yield* FileRecords
    const executor = yield* SyncExecutor
    const index = yield* PresenceIndex
    const changed = yield* Queue.sliding<void>(1)
    yield* onNetworkChange(() => void Queue.unsafeOffer(changed, undefined))

    const isUnwanted = (contentHash: string): boolean =>
      records
        .withContent(contentHash)
        .every((record) => !index.flags(record.id).pinned && !isWanted(policy, record))
    const dropUnwanted = Effect.suspend(() => {
      const waiting = [...executor.all()].filter(
        ({ kind, phase, priority }) =>
          kind === "download" && priority === "background" && phase !== "running" && phase !== "failed",
      )
      return Effect.forEach(
        waiting.filter(({ contentHash }) => isUnwanted(contentHash)),
        ({ contentHash }) => executor.forget(contentHash),
        { discard: true },
      )
    })
    yield* Queue.take(changed).pipe(
      Effect.zipRight(Effect.sleep(settleFor)),
      Effect.zipRight(dropUnwanted),
      Effect.zipRight(reconcile),
      Effect.catchAll((error) => Effect.logWarning("Evaluating the download rule again failed", error)),
      Effect.forever,
    )
  })
