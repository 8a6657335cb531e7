/** Most bytes of a refused body that are drained. */
const maxPassedBytes = 64 * 1024 ** 2

/**
 * Drains the body of a refused request where the runtime would otherwise close the connection (Workers do): most clients
 * read the answer only after they have sent everything, and would see a broken connection instead. Longer bodies are not
 * drained, and neither are those of senders that wait for `100 Continue`.
 */
export const drainUnwantedBody = async (request: Request): Promise<void> => {
  const { body } = request
  const declaredBytes = Number(request.headers.get("Content-Length") ?? Number.POSITIVE_INFINITY)
  const isWorkers = "FixedLengthStream" in globalThis
  if (!isWorkers || body === null || body.locked || request.bodyUsed) return
  if (request.headers.has("Expect") || !(declaredBytes <= maxPassedBytes)) return
  await drain(body.getReader(), maxPassedBytes)
}

/** Drains up to `maxBytes`, then cancels the body. Never rejects. */
export const drain = async (
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
    // The sender is gone, so no client waits for an answer.
  }
}
