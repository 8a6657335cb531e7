import { storeFolderName } from "../utils/stored-path.js"
import type { EngineConfig } from "./engine.js"

/** How long a losing version stays restorable: 30 days. A month is how long people take to notice. */
export const defaultRestorableMs = 30 * 24 * 60 * 60 * 1000

/** The options with defaults for what was left out; `storeId` names folders, locks and object keys. */
export const withDefaults = (storeId: string, config: Partial<EngineConfig>): EngineConfig => {
  const defaultKeyOf = (contentHash: string): string => `${storeFolderName(storeId)}/${contentHash}`
  return {
    storeId,
    downloads: "all",
    maxCacheBytes: Number.POSITIVE_INFINITY,
    restorableMs: defaultRestorableMs,
    keyOf: ({ contentHash }) => defaultKeyOf(contentHash),
    mayErase:
      config.keyOf === undefined ? (key, contentHash) => key === defaultKeyOf(contentHash) : () => true,
    preprocessors: {},
    transfers: {},
    ...config,
  }
}
