/** A broken line is taken up again where it broke, this often. Our choice. */
const maxResumes = 3

/**
 * Takes all bytes of a download, over several requests if need be; `onBytes` sets the pace.
 * Rejects when the line breaks for good.
 */
export const receiveContent = async (
  body: ReadableStream<Uint8Array> | null | undefined,
  resume: (offset: number) => Promise<Response | null | undefined>,
  onBytes: (bytes: Uint8Array, receivedBytes: number) => Promise<void>,
): Promise<void> => {
  let receivedBytes = 0
  for (let resumes = 0; ; resumes++) {
    try {
      // Not `for await`: Safari's streams cannot be iterated.
      const reader = body?.getReader()
      for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
        receivedBytes += next.value.length
        await onBytes(next.value, receivedBytes)
      }
      return
    } catch (error) {
      // Anything but the asked part would be noticed by the hash, but only at the very end.
      const rest = resumes === maxResumes ? null : await resume(receivedBytes)
      if (rest?.status !== 206) throw error
      body = rest.body
    }
  }
}
