import { Option } from "effect"
import type { PartLimits } from "../../types/index.js"
import { defaultMaxParts, unmeasuredPartBytes } from "../../utils/part-defaults.js"

const megabyte = 1024 * 1024

/** Smallest part by choice: below it requests outweigh what they carry.; S3 and R2 take none below 5 MB. */
const leastPartBytes = megabyte

/** Largest part by choice: each part under way is hashed in memory, three of them at once. */
const mostPartBytes = 16 * megabyte

/** How long a part is to take. What a kill or a broken line loses, and far from every time-out. */
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
