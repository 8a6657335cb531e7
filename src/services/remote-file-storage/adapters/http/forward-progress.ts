type OnProgress = (loadedBytes: number, totalBytes: number) => void

/** Progress that never goes back, also when a request is sent again, and never passes the total. */
export const forwardProgress = (
  onProgress: OnProgress,
  totalBytes: number,
): ((loadedBytes: number) => void) => {
  let highest = 0
  return (loadedBytes) => {
    highest = Math.max(highest, Math.min(loadedBytes, totalBytes))
    onProgress(highest, totalBytes)
  }
}
