import { Option } from "effect"
import type { PartLimits } from "../../types/index.js"
import { defaultMaxParts, unmeasuredPartBytes } from "../../utils/part-defaults.js"

const megabyte = 1024 * 1024

/**
 * Smallest part where the store takes any size: below it the cost of a request outweighs its bytes. S3 and R2 take none
 * below 5 MB.
 */
const leastPartBytes = megabyte

/** Largest part, whatever the store takes: each part under way is hashed in memory, three of them at once. */
const mostPartBytes = 16 * megabyte

/**
 * How long the upload of one part should take: as much is lost by a kill or a lost connection, and it is far from every
 * time-out.
 */
const partMs = 2000

/**
 * The size of every part but the last, in bytes, on a connection of which one request sends `sentPerMs` bytes per millisecond
 * (`null` = not known); `None` when the file does not fit into as many parts of the largest size as the store takes.
 */
export const partBytesFor = (
  sizeBytes: number,
  {
    minPartBytes = 1,
    maxPartBytes = Number.POSITIVE_INFINITY,
    maxParts = defaultMaxParts,
  }: Partial<PartLimits>,
  sentPerMs: number | null,
): Option.Option<number> => {
  const chosen =
    sentPerMs === null
      ? unmeasuredPartBytes
      : Math.min(
          Math.max(Math.round((sentPerMs * partMs) / megabyte) * megabyte, leastPartBytes),
          mostPartBytes,
        )
  const wanted = Math.max(minPartBytes, Math.ceil(sizeBytes / maxParts), Math.min(chosen, maxPartBytes))
  return wanted <= maxPartBytes ? Option.some(wanted) : Option.none()
}
