import { Duration } from "effect"
import type { CacheOptions } from "./create-file-sync.js"
import { ConfigError } from "../errors/index.js"
import { defaultRestorableMs } from "../layers/engine-defaults.js"

/** The cache options as numbers. Throws `ConfigError` (`InvalidOption`). */
export const toCacheOptions = (
  options: CacheOptions = {},
): { readonly maxCacheBytes: number; readonly restorableMs: number } => {
  const maxCacheBytes = options.maxBytes ?? Number.POSITIVE_INFINITY
  if (typeof maxCacheBytes !== "number" || !(maxCacheBytes >= 0)) {
    throw new ConfigError({
      reason: "InvalidOption",
      detail: "cache.maxBytes must be a number of bytes, 0 or more.",
    })
  }
  return { maxCacheBytes, restorableMs: Duration.toMillis(options.restorableFor ?? defaultRestorableMs) }
}
