/** Scrolls a page of pictures from the top to the end, and reports what was seen. */
import { readFileSync } from "node:fs"
import { startWatching } from "./watch-frames.mjs"

const speedPxPerS = 1500

/** Resident memory of every process of the page, in megabytes. Linux only. */
const memoryMb = async (session) => {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo")
  const renderers = processInfo.filter(({ type }) => type === "renderer")
  const kilobytes = renderers.map(({ id }) =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0),
  )
  return Math.round(Math.max(0, ...kilobytes) / 1024)
}

const percentile = (sorted, part) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0

const round = (number) => Number(number.toFixed(1))

/** Scrolls as a finger does. `pictures` = selector of what is to be ready while it can be seen. */
export const scrollThrough = async (context, page, pictures) => {
  const session = await context.newCDPSession(page)
  const browser = await context.browser().newBrowserCDPSession()
  // The processor's time and not the clock's: what else the machine does meanwhile does not count.
  await session.send("Performance.enable", { timeDomain: "threadTicks" })
  const spent = async () => {
    const { metrics } = await session.send("Performance.getMetrics")
    const of = (name) => 1000 * metrics.find((metric) => metric.name === name).value
    return {
      main: of("TaskDuration"),
      script: of("ScriptDuration"),
      style: of("RecalcStyleDuration"),
      layout: of("LayoutDuration"),
    }
  }
  const heightPx = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
  await page.evaluate(startWatching, pictures)
  const before = await spent()
  const startedAt = performance.now()
  await session.send("Input.synthesizeScrollGesture", {
    ...{ x: 400, y: 400, yDistance: -heightPx, speed: speedPxPerS },
    ...{ gestureSourceType: "mouse", preventFling: true },
  })
  const seconds = (performance.now() - startedAt) / 1000
  const after = await spent()
  const { frames, longTasks, shown } = await page.evaluate(() => globalThis.stopWatching())
  const sorted = frames.toSorted((one, other) => one - other)
  // For each screen's worth of scrolling, because a machine that is busy makes fewer frames of the same work.
  const perScreen = (name) => round((after[name] - before[name]) / (heightPx / 800))
  return {
    seconds: round(seconds),
    fps: Math.round(frames.length / seconds),
    "p50 ms": Math.round(percentile(sorted, 0.5)),
    "p95 ms": Math.round(percentile(sorted, 0.95)),
    "worst ms": Math.round(sorted.at(-1) ?? 0),
    "long tasks": longTasks.length,
    "longest ms": Math.round(Math.max(0, ...longTasks)),
    "main ms/frame": round((after.main - before.main) / frames.length),
    "main ms/screen": perScreen("main"),
    "script ms/screen": perScreen("script"),
    "style ms/screen": perScreen("style"),
    "layout ms/screen": perScreen("layout"),
    "in view ready %": Math.round(100 * shown),
    "renderer MB": await memoryMb(browser),
  }
}
