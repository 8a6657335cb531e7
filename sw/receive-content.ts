import { withIdleTimeout } from "./idle-timeout.js"

/** One buffer takes all that comes: the browser frees a buffer per read only late, and a video would pile them up. */
const bufferBytes = 1024 * 1024

/** How often a broken download is resumed where it broke. */
const maxResumes = 3

/**
 * Takes all bytes of a download, over several requests if need be; `onBytes` sets the pace.
 * What it is given is overwritten by what comes next. A connection on which nothing comes for `idleTimeoutMs` counts as
 * broken. Rejects when it breaks for good.
 */
export const receiveContent = async (
  body: Response["body"] | undefined,
  resume: (offset: number) => Promise<Response | null | undefined>,
  onBytes: (bytes: Uint8Array, receivedBytes: number) => Promise<void>,
  idleTimeoutMs: number,
): Promise<void> => {
  let receivedBytes = 0
  for (let resumes = 0; ; resumes++) {
    let reader: ReadableStreamBYOBReader | undefined
    try {
      if (!body) return
      reader = takeReader(body)
      let bytes: Uint8Array | undefined = new Uint8Array(bufferBytes)
      for (;;) {
        const step: Promise<ReadableStreamReadResult<Uint8Array>> = reader.read(
          new Uint8Array(bytes.buffer as ArrayBuffer),
        )
        bytes = (await withIdleTimeout(step, idleTimeoutMs)).value
        // At its end a reader with a buffer gives it back empty.
        if (!bytes?.length) return
        receivedBytes += bytes.length
        await onBytes(bytes, receivedBytes)
      }
    } catch (error) {
      reader?.cancel().catch(() => {}) // It broke already, or is silent: closing its connection is all there is to do.
      // The hash would show any other bytes than the requested part, but only at the very end.
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
