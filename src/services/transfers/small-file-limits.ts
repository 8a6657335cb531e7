import { maxSharedRequests } from "../sync-executor/layer-concurrency-limiter.js"
import type { BatchSupport } from "../../types/index.js"

/** Largest file that shares a request. Above it the body outweighs a request's own cost (about 1 ms of CPU). */
export const maxSharedBytes = 128 * 1024

/** Members of a request: 100, four requests at once, came to 13,500 files a second, against 1,100 one by one (measured). */
const maxMembers = 100

/** Which files share requests. */
export interface SmallFileLimits {
  /** 0 = none do. */
  readonly maxFileBytes: number
  /** So many of them may be under way. */
  readonly maxRunning: number
}

/** How many files one request to this remote may carry. */
export const membersOf = (batch: BatchSupport | undefined): number =>
  Math.min(maxMembers, batch?.maxFiles ?? 0)

/** What shares requests with this remote: nothing where it takes no batches. */
export const smallFileLimits = (batch: BatchSupport | undefined): SmallFileLimits => ({
  maxFileBytes: Math.min(maxSharedBytes, batch?.maxFileBytes ?? 0, (batch?.maxTotalBytes ?? 0) / maxMembers),
  maxRunning: membersOf(batch) * maxSharedRequests,
})
