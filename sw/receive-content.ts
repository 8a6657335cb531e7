/** A broken line is taken up again where it broke, this often. Our choice. */
const maxResumes = 3

/** A download that has begun. */
export interface Receiving {
  readonly body: ReadableStream<Uint8Array> | null
  /** Asks for the bytes from `offset` to the end. */
  readonly resume: (offset: number) => Promise<Response> | undefined
  readonly signal: AbortSignal
  /** The next bytes are only taken when this has resolved. */
  readonly onBytes: (bytes: Uint8Array, receivedBytes: number) => Promise<void>
}

/** Takes all bytes of a download, over several requests if need be. Rejects when the line breaks for good. */
export const receiveContent = async ({ body, resume, signal, onBytes }: Receiving): Promise<void> => {
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
      if (signal.aborted || resumes === maxResumes) throw error
      // Anything but the asked part would be noticed by the hash, but only at the very end.
      const rest = await resume(receivedBytes)
      if (rest?.status !== 206) throw error
      body = rest.body
    }
  }
}
