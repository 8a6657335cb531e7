import type { BatchSupport } from "../../../../types/index.js"

/** How much one batch may carry. */
export type BatchLimits = Pick<BatchSupport, "maxFiles" | "maxFileBytes" | "maxTotalBytes">

/** What our server takes unless it was told otherwise. */
export const defaultBatchLimits: BatchLimits = {
  maxFiles: 1000,
  maxFileBytes: 4 * 1024 ** 2,
  maxTotalBytes: 32 * 1024 ** 2,
}

/** Batches whose limits are known at once, and whose requests go through what loads when it is needed. */
export const batchOnDemand = (limits: BatchLimits, load: () => Promise<BatchSupport>): BatchSupport => ({
  ...limits,
  uploadMany: async (request) => (await load()).uploadMany(request),
  downloadMany: async (request) => (await load()).downloadMany(request),
})
