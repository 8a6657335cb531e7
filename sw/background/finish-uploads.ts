import type { StoreConfiguration } from "../../src/service-worker/protocol.js"
import { withTable } from "../database.js"
import { noteSent } from "./note-sent.js"
import { readOutbox } from "./read-outbox.js"
import { sendContent } from "./send-content.js"
import { whileNobodyLeads } from "./while-nobody-leads.js"

/**
 * Sends what the outboxes of all registered stores hold. Rejects when something is left that a later try could send:
 * the line is down, the server is busy, or a page is open that will do it itself.
 */
export const finishUploads = async (): Promise<void> => {
  let isSomethingLeft = false
  for (const configuration of await allowedStores()) {
    const { storeFolder } = configuration
    if ((await readOutbox(storeFolder)).length === 0) continue
    const isDone = await whileNobodyLeads(storeFolder, (signal) => sendAll(configuration, signal)).catch(
      () => false,
    )
    isSomethingLeft ||= isDone !== true
  }
  if (isSomethingLeft) throw new Error("Something is left to upload")
}

const sendAll = async (configuration: StoreConfiguration, signal: AbortSignal): Promise<boolean> => {
  const { storeFolder } = configuration
  let isDone = true
  // Read again: a page may have sent some while we waited for it to go.
  for (const content of await readOutbox(storeFolder)) {
    const outcome = await sendContent(configuration, content, signal)
    if (outcome === "there") await noteSent(storeFolder, content.contentHash)
    // Nobody is there to get a new token.
    if (outcome === "forbidden") break
    isDone &&= outcome !== "later"
  }
  return isDone
}

const allowedStores = async (): Promise<ReadonlyArray<StoreConfiguration>> => {
  // A store's key is its folder's name; the others are pieces of downloads, which are large.
  const keys = await withTable("readonly", (table) => table.getAllKeys())
  const stores = await Promise.all(
    keys
      .filter((key) => typeof key === "string")
      .map((key) => withTable<StoreConfiguration>("readonly", (table) => table.get(key))),
  )
  return stores.filter((store) => store?.mayUpload && store.source)
}
