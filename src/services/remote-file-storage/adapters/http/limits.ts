import type { BatchSupport, MultipartSupport } from "../../../../types/index.js"

/** S3 and R2 take no smaller part but the last. */
export const s3MinPartBytes = 5 * 1024 ** 2

/** How an upload may be cut into parts. */
export type MultipartLimits = Pick<MultipartSupport, "minPartBytes" | "maxParts" | "maxPartBytes">

/** How much one batch may carry. */
export type BatchLimits = Pick<BatchSupport, "maxFiles" | "maxFileBytes" | "maxTotalBytes">

/** What our server takes by default. */
export const defaultBatchLimits: BatchLimits = {
  maxFiles: 1000,
  maxFileBytes: 4 * 1024 ** 2,
  maxTotalBytes: 32 * 1024 ** 2,
}
