import { incrementalDigest } from "./incremental-digest.js"
import { StorageFailure } from "./object-storage.js"

/**
 * Passes bytes on, but keeps the last chunk back until all have the declared length and SHA-256, and breaks off instead
 * when they have not: a store that refuses truncated bodies then stores nothing, whether or not it can check hashes.
 */
export const verifiedStream = (
  body: ReadableStream<Uint8Array>,
  facts: { readonly sizeBytes: number; readonly contentHash: string | undefined },
): { readonly body: ReadableStream<Uint8Array>; readonly failure: () => StorageFailure | undefined } => {
  const reader = body.getReader()
  const starting = incrementalDigest()
  let failure: StorageFailure | undefined
  let kept: Uint8Array | undefined
  let total = 0
  const next = async (): Promise<Uint8Array | undefined> => {
    const step = await reader.read().catch((error: unknown) => {
      throw new StorageFailure("Truncated", "the body broke off", { cause: error })
    })
    if (step.done) return undefined
    total += step.value.byteLength
    if (total > facts.sizeBytes) throw new StorageFailure("Truncated", "the body is longer than declared")
    await (await starting).update(step.value)
    return step.value
  }
  const check = async (): Promise<void> => {
    if (total !== facts.sizeBytes) throw new StorageFailure("Truncated", "the body is shorter than declared")
    const contentHash = await (await starting).finish()
    if (facts.contentHash !== undefined && facts.contentHash !== contentHash) {
      throw new StorageFailure("DigestMismatch", "the bytes have another SHA-256")
    }
  }
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (let isWaiting = true; isWaiting; ) {
          const chunk = await next()
          if (chunk === undefined) await check()
          if (kept !== undefined) {
            controller.enqueue(kept)
            isWaiting = false
          }
          kept = chunk
          if (chunk === undefined) {
            controller.close()
            isWaiting = false
          }
        }
      } catch (error) {
        if (error instanceof StorageFailure) failure = error
        controller.error(error)
        await reader.cancel().catch(() => {
          // The sender is gone, or has sent all it had.
        })
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return { body: stream, failure: () => failure }
}

/** Reads a stream to its end and gives its SHA-256 as hex. */
export const digestOf = async (body: ReadableStream<Uint8Array>): Promise<string> => {
  const hash = await incrementalDigest()
  const reader = body.getReader()
  for (let step = await reader.read(); !step.done; step = await reader.read()) await hash.update(step.value)
  return hash.finish()
}
