/**
 * Watches how long the main thread is blocked: the longest gap between two turns of its event loop, and the browser's
 * own list of tasks above 50 ms.
 */
export const watchMainThread = () => {
  const { port1, port2 } = new MessageChannel()
  let isWatching = true
  let lastMs = performance.now()
  let longestGapMs = 0
  port1.onmessage = () => {
    const nowMs = performance.now()
    longestGapMs = Math.max(longestGapMs, nowMs - lastMs)
    if (!isWatching) return
    // Not at once: a beat that never rests would itself be the load.
    setTimeout(() => {
      lastMs = performance.now()
      port2.postMessage(undefined)
    }, 2)
  }
  port2.postMessage(undefined)
  const longTasksMs = []
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasksMs.push(duration)
  })
  observer.observe({ type: "longtask", buffered: false })
  return () => {
    isWatching = false
    for (const { duration } of observer.takeRecords()) longTasksMs.push(duration)
    observer.disconnect()
    port1.close()
    return {
      longestGapMs,
      longestTaskMs: Math.max(0, ...longTasksMs),
      longTasks: longTasksMs.length,
    }
  }
}
