/** Whether this browser has streams that fill the buffer their reader brings; WebKitGTK 2.50 has none. */
export const hasByteStreams = (() => {
  try {
    return new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }) !== undefined
  } catch {
    return false
  }
})()

/** What stands behind the title of a test that needs them, where there are none. */
export const needsByteStreams = hasByteStreams ? "" : " (skipped: this browser has no byte streams)"
