import type { StoreConfiguration } from "../../src/service-worker/protocol.js"
import { withTable } from "../database.js"
import { markUploaded } from "./mark-uploaded.js"
import { readOutbox } from "./read-outbox.js"
import { sendContent } from "./send-content.js"
import { withLeaderLock } from "./with-leader-lock.js"

/**
 * Uploads what the outboxes of all registered stores hold. Rejects when something is left that a later try could send:
 * the network is down, the server is busy, or an open page does it.
 */
export const flushOutbox = async (idleTimeoutMs?: number): Promise<void> => {
  let isSomethingLeft = false
  for (const storeFolder of await knownStores()) {
    if (!(await findAllowed(storeFolder)) || (await readOutbox(storeFolder)).length === 0) continue
    const isDone = await withLeaderLock(storeFolder, (signal) =>
      sendAll(storeFolder, signal, idleTimeoutMs),
    ).catch(() => false)
    isSomethingLeft ||= isDone !== true
  }
  if (isSomethingLeft) throw new Error("Something is left to upload")
}

const sendAll = async (
  storeFolder: string,
  signal: AbortSignal,
  idleTimeoutMs: number | undefined,
): Promise<boolean> => {
  // Read again: while we waited for a page to go, it may have signed out, or sent some.
  const configuration = await findAllowed(storeFolder)
  if (!configuration) return true
  let isDone = true
  for (const content of await readOutbox(storeFolder)) {
    const outcome = await sendContent(configuration, content, { signal, idleTimeoutMs }).catch(
      (error: unknown) => {
        // A server error may be about this content alone; an unreachable network or a page that wants the lock concerns
        // all.
        if ((error as { readonly reason?: unknown }).reason !== "ServerError") throw error
        isDone = false
      },
    )
    if (outcome === "stored") await markUploaded(storeFolder, content.contentHash)
    // Only a page could get a new token, and none is open.
    if (outcome === "forbidden") break
  }
  return isDone
}

/** A store's key is its folder's name; the others are pieces of downloads, which are large. */
const knownStores = async (): Promise<ReadonlyArray<string>> =>
  (await withTable("readonly", (table) => table.getAllKeys())).filter((key) => typeof key === "string")

const findAllowed = async (storeFolder: string): Promise<StoreConfiguration | undefined> => {
  const store = await withTable<StoreConfiguration | undefined>("readonly", (table) => table.get(storeFolder))
  return store?.mayUpload && store.source ? store : undefined
}
