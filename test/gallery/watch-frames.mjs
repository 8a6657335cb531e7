/** Runs in the page: notes every frame and long task, and how much of what is in view is ready, until it is stopped. */
export const startWatching = (selector) => {
  const frames = []
  const longTasks = []
  let [ready, asked] = [0, 0]
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration)
  })
  observer.observe({ type: "longtask" })
  const inView = new Set()
  const visibility = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inView.add(target)
      else inView.delete(target)
    }
  })
  const isReady = (picture) => picture.state === "ready" || (picture.complete && picture.naturalWidth > 0)
  for (const picture of document.querySelectorAll(selector)) visibility.observe(picture)
  let before = performance.now()
  let isRunning = true
  const note = (now) => {
    if (!isRunning) return
    frames.push(now - before)
    before = now
    for (const picture of inView) {
      asked += 1
      if (isReady(picture)) ready += 1
    }
    requestAnimationFrame(note)
  }
  requestAnimationFrame(note)
  globalThis.stopWatching = () => {
    isRunning = false
    observer.disconnect()
    visibility.disconnect()
    return { frames: frames.slice(1), longTasks, shown: asked === 0 ? 0 : ready / asked }
  }
}
