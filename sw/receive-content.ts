/** One buffer takes all that comes: the browser frees a buffer per read only late, and a film would pile them up. */
const bufferBytes = 1024 * 1024

/** A broken line is taken up again where it broke, this often. Our choice. */
const maxResumes = 3

/**
 * Takes all bytes of a download, over several requests if need be; `onBytes` sets the pace.
 * What it is given is overwritten by what comes next. Rejects when the line breaks for good.
 */
export const receiveContent = async (
  body: Response["body"] | undefined,
  resume: (offset: number) => Promise<Response | null | undefined>,
  onBytes: (bytes: Uint8Array, receivedBytes: number) => Promise<void>,
): Promise<void> => {
  let receivedBytes = 0
  for (let resumes = 0; ; resumes++) {
    try {
      if (!body) return
      const reader = takeReader(body)
      let bytes: Uint8Array | undefined = new Uint8Array(bufferBytes)
      for (;;) {
        bytes = (await reader.read(new Uint8Array(bytes.buffer as ArrayBuffer))).value
        // At its end a reader with a buffer gives it back empty.
        if (!bytes?.length) return
        receivedBytes += bytes.length
        await onBytes(bytes, receivedBytes)
      }
    } catch (error) {
      // Anything but the asked part would be noticed by the hash, but only at the very end.
      const rest = resumes === maxResumes ? null : await resume(receivedBytes)
      if (rest?.status !== 206) throw error
      body = rest.body
    }
  }
}

/** Safari before 26 has only the reader that brings buffers of its own and does not look at ours. */
const takeReader = (body: NonNullable<Response["body"]>): ReadableStreamBYOBReader => {
  try {
    return body.getReader({ mode: "byob" })
  } catch {
    return body.getReader() as unknown as ReadableStreamBYOBReader
  }
}
