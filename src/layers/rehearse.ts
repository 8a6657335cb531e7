import type { CreateFileSyncOptions } from "../client/create-file-sync.js"
import type { AttachedStore } from "../services/file-records/attached-store.js"
import type { IoMessage } from "../services/local-file-storage/io-worker/protocol.js"
import type { FileSyncClient } from "../types/index.js"

/** A store without a record, which takes no event. */
const emptyStore = (storeId: string): AttachedStore => ({
  storeId,
  schema: { state: { sqlite: { tables: new Set(["files", "fileVersions", "localFileState"]) } } },
  commit: () => undefined,
  query: () => [],
  subscribe: (_, tell) => {
    tell([{ revision: null, device: null }])
    return () => undefined
  },
  syncStatus: () => ({ isSynced: true }),
})

/** A worker whose folder is empty: no journal, nothing to sweep. */
const idleWorker = (): Worker => {
  const worker: Pick<Worker, "onmessage" | "postMessage" | "terminate"> = {
    onmessage: null,
    postMessage: (message: IoMessage) => {
      if (message.type !== "request") return
      const data = { type: "answer", id: message.id, answer: { journals: [] } }
      setTimeout(() => worker.onmessage?.call(worker as Worker, new MessageEvent("message", { data })))
    },
    terminate: () => undefined,
  }
  return worker as Worker
}

type MakeEngine = (
  options: Pick<CreateFileSyncOptions, "store" | "serviceWorker" | "global">,
  startIoWorker: () => Worker,
) => Pick<FileSyncClient, "start" | "awaitIdle" | "dispose">

const whenIdle = (): Promise<unknown> =>
  new Promise((resolve) =>
    // Safari has none.
    typeof requestIdleCallback === "function" ? requestIdleCallback(resolve) : setTimeout(resolve),
  )

/**
 * When the page has nothing to do, starts an engine over nothing, waits until it is quiet, and ends it, so that the
 * browser has met its code: what runs for the first time takes two to three times as long. It writes nothing anywhere,
 * and its locks and channel have a name of their own. Ends early, quietly, at `signal`.
 */
export const rehearse = async (makeEngine: MakeEngine, signal: AbortSignal): Promise<void> => {
  await whenIdle()
  if (signal.aborted) return
  const store = emptyStore(`rehearsal-${crypto.randomUUID()}`)
  const engine = makeEngine({ store, serviceWorker: false, global: false }, idleWorker)
  let ending: Promise<void> | undefined
  const end = (): Promise<void> => (ending ??= engine.dispose())
  signal.addEventListener("abort", end)
  try {
    await engine.start()
    await engine.awaitIdle()
  } catch {
    // It was ended; and what cannot run here is told when somebody needs it.
  } finally {
    signal.removeEventListener("abort", end)
    await end()
  }
}
