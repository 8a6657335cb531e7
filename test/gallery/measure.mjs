#!/usr/bin/env node
/**
 * Fills a gallery with twelve-megapixel photos and scrolls through it, with thumbnails and without:
 * `npm run gallery`, or `npm run gallery -- 100` for fewer photos. Each photo is another one. Prints a table.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { build } from "../../scripts/build.mjs"
import { chromiumFlags, findBrowser } from "../../scripts/find-browser.mjs"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { temporaryFolder } from "../support/started-app.mjs"
import { makePhotos } from "./make-photos.mjs"
import { startWatching } from "./watch-frames.mjs"

const engineKey = "livestore-filesync"
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

/** Scrolls from the top to the end as a finger does, and tells how that was. */
const scrollThrough = async (context, page) => {
  const session = await context.newCDPSession(page)
  const browser = await context.browser().newBrowserCDPSession()
  // The processor's time and not the clock's: what else the machine does meanwhile does not count.
  await session.send("Performance.enable", { timeDomain: "threadTicks" })
  const busy = async () => {
    const { metrics } = await session.send("Performance.getMetrics")
    return metrics.find(({ name }) => name === "TaskDuration").value
  }
  const heightPx = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
  await page.evaluate(startWatching)
  const busyBefore = await busy()
  const startedAt = performance.now()
  await session.send("Input.synthesizeScrollGesture", {
    ...{ x: 400, y: 400, yDistance: -heightPx, speed: speedPxPerS },
    ...{ gestureSourceType: "mouse", preventFling: true },
  })
  const seconds = (performance.now() - startedAt) / 1000
  const { frames, longTasks, shown } = await page.evaluate(() => globalThis.stopWatching())
  const sorted = frames.toSorted((one, other) => one - other)
  return {
    seconds: Number(seconds.toFixed(1)),
    fps: Math.round(frames.length / seconds),
    "p50 ms": Math.round(percentile(sorted, 0.5)),
    "p95 ms": Math.round(percentile(sorted, 0.95)),
    "p99 ms": Math.round(percentile(sorted, 0.99)),
    "worst ms": Math.round(sorted.at(-1) ?? 0),
    "frames > 33 ms": frames.filter((ms) => ms > 33).length,
    "long tasks": longTasks.length,
    "longest ms": Math.round(Math.max(0, ...longTasks)),
    "main thread CPU %": Math.round((100 * ((await busy()) - busyBefore)) / seconds),
    "in view ready %": Math.round(100 * shown),
    "renderer MB": await memoryMb(browser),
  }
}

const settled = (page) =>
  page.waitForFunction(
    () => {
      const inView = [...document.querySelectorAll("filesync-image")].filter((picture) => {
        const { top, bottom } = picture.getBoundingClientRect()
        return bottom > 0 && top < innerHeight
      })
      return inView.length > 0 && inView.every((picture) => picture.matches("[state=ready]"))
    },
    undefined,
    { timeout: 120_000 },
  )

/** What looking at everything for a while leaves behind. */
const makeAllThumbnails = async (open) => {
  const page = await open("")
  await settled(page)
  const startedAt = performance.now()
  await page.evaluate(async (key) => {
    const engine = globalThis[Symbol.for(key)]
    const picture = document.querySelector("filesync-image").shadowRoot.querySelector("img")
    for (const { id } of engine.listFiles()) {
      const made = await engine.getThumbnail(id, { longSidePx: picture.naturalWidth })
      if (made !== undefined) engine.releaseFileUrl(made.url)
    }
  }, engineKey)
  console.log(
    `all thumbnails made, one after the other, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
  )
  await page.close()
}

const main = async () => {
  const count = Number(process.argv[2] ?? 500)
  await build({ only: ["drop-in"], say: (line) => console.log(line) })
  const root = fileURLToPath(new URL("../../", import.meta.url))
  const server = await startLocalBackend({
    assets: staticFiles({
      mounts: [
        { prefix: "/livestore-filesync/", folder: join(root, "dist/cdn") },
        { prefix: "/", folder: fileURLToPath(new URL(".", import.meta.url)) },
      ],
    }),
  })
  const profile = temporaryFolder("gallery")
  const context = await chromium.launchPersistentContext(profile.path, {
    executablePath: findBrowser(),
    headless: true,
    args: chromiumFlags,
    viewport: { width: 1000, height: 800 },
  })
  try {
    // A tab of its own each time: memory that another left behind is not this one's.
    const open = async (search) => {
      const page = await context.newPage()
      page.on("pageerror", ({ message }) => console.error(message))
      await page.goto(`${server.url}/${search}`)
      await page.waitForFunction((key) => globalThis[Symbol.for(key)] !== undefined, engineKey)
      return page
    }
    const maker = await open("?original")
    const made = await makePhotos(maker, count)
    await maker.close()
    console.log(
      `${count} photos of 4000 × 3000, each another one, ${Math.round(made.megabytes)} MB; saved in ${made.saveSeconds} s`,
    )
    const rows = {}
    for (const [name, search, isWarm] of [
      ["the pictures themselves", "?original"],
      ["thumbnails, first visit", ""],
      ["thumbnails, later visits", "", true],
    ]) {
      if (isWarm === true) await makeAllThumbnails(open)
      const page = await open(search)
      const startedAt = performance.now()
      await settled(page)
      const firstScreenMs = Math.round(performance.now() - startedAt)
      rows[name] = { "first screen ms": firstScreenMs, ...(await scrollThrough(context, page)) }
      await page.close()
    }
    console.table(rows)
  } finally {
    await context.close()
    await server.stop()
    profile.remove()
  }
}

await main()
