/** Size of a part while throughput is not measured yet, in bytes: at 100 Mbit/s a kill loses two seconds of work. */
export const unmeasuredPartBytes = 8 * 1024 * 1024

/** Default for the largest number of parts: the limit of S3 and R2. */
export const defaultMaxParts = 10_000
