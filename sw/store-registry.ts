import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { withTable } from "./database.js"

/** Copies of what is on disk; a stopped worker reads them again. */
const known = new Map<string, StoreConfiguration>()

/** Serves this store from now on. */
export const registerStore = async (configuration: StoreConfiguration): Promise<void> => {
  known.set(configuration.storeFolder, configuration)
  await withTable("readwrite", (table) => table.put(configuration, configuration.storeFolder))
}

/** Serves this store no more. */
export const forgetStore = async (storeFolder: string): Promise<void> => {
  // Memory last: a concurrent call may have read it from the disk just before.
  await withTable("readwrite", (table) => table.delete(storeFolder)).finally(() => known.delete(storeFolder))
}

/** The configuration that a page registered for this store; `undefined` = none, and nothing of the store is served. */
export const findStore = async (storeFolder: string): Promise<StoreConfiguration | undefined> => {
  let configuration = known.get(storeFolder)
  if (!configuration) {
    configuration = await withTable("readonly", (table) => table.get(storeFolder)).catch(() => undefined)
    if (configuration) known.set(storeFolder, configuration)
  }
  return configuration
}
