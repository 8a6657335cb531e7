/** Bytes of an unwanted body that are read so that its sender sees the answer. */
const maxPassedBytes = 64 * 1024 ** 2

/**
 * Reads what is left of a refused request's body, where the server would otherwise break the connection (Workers'
 * runtime does): most clients look at the answer only after they have sent everything, and would see a broken
 * connection instead. Longer bodies are left alone, and so are senders that wait for a go-ahead.
 */
export const readUnwantedBody = async (request: Request): Promise<void> => {
  const { body } = request
  const declaredBytes = Number(request.headers.get("Content-Length") ?? Number.POSITIVE_INFINITY)
  const isWorkers = "FixedLengthStream" in globalThis
  if (!isWorkers || body === null || body.locked || request.bodyUsed) return
  if (request.headers.has("Expect") || !(declaredBytes <= maxPassedBytes)) return
  await discard(body.getReader(), maxPassedBytes)
}

/** Reads and forgets up to so many bytes, then stops the sender. Never rejects. */
export const discard = async (
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<void> => {
  try {
    let passedBytes = 0
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      passedBytes += step.value.byteLength
      if (passedBytes > maxBytes) {
        await reader.cancel()
        return
      }
    }
  } catch {
    // The sender is gone, so nobody waits for an answer.
  }
}
