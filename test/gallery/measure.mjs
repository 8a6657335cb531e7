#!/usr/bin/env node
/**
 * Fills a gallery with twelve-megapixel photos and scrolls through it, with thumbnails and without, and through the
 * floor: a page with the same small pictures as `<img>` and nothing else. `npm run gallery`, or `npm run gallery -- 100`
 * for fewer photos. Each photo is another one. Prints a table; what to compare is a row with the floor's.
 */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { build } from "../../scripts/build.mjs"
import { chromiumFlags, findBrowser } from "../../scripts/find-browser.mjs"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { temporaryFolder } from "../support/started-app.mjs"
import { makePhotos } from "./make-photos.mjs"
import { scrollThrough } from "./scroll-through.mjs"

const engineKey = "livestore-filesync"
const pictures = "filesync-image"

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

/** Every photo's kept copy by its path, for a page that shows them and nothing else. */
const smallPictures = async (page) => {
  const small = new Map()
  const ids = await page.evaluate(
    (key) => globalThis[Symbol.for(key)].listFiles().map(({ id }) => id),
    engineKey,
  )
  for (const [at, id] of ids.entries()) {
    const bytes = await page.evaluate(
      async ([key, fileId]) => {
        const engine = globalThis[Symbol.for(key)]
        const { url } = await engine.getThumbnail(fileId, { longSidePx: 256 })
        const copy = await (await fetch(url)).bytes()
        engine.releaseFileUrl(url)
        return copy.toBase64()
      },
      [engineKey, id],
    )
    small.set(`/small/${at}.jpg`, Buffer.from(bytes, "base64"))
  }
  return small
}

const main = async () => {
  const count = Number(process.argv[2] ?? 500)
  await build({ only: ["drop-in"], say: (line) => console.log(line) })
  let small = new Map()
  const root = fileURLToPath(new URL("../../", import.meta.url))
  const files = staticFiles({
    mounts: [
      { prefix: "/livestore-filesync/", folder: join(root, "dist/cdn") },
      { prefix: "/", folder: fileURLToPath(new URL(".", import.meta.url)) },
    ],
  })
  const server = await startLocalBackend({
    assets: (request) => {
      const picture = small.get(new URL(request.url).pathname)
      return picture === undefined
        ? files(request)
        : new Response(picture, { headers: { "content-type": "image/jpeg", "cache-control": "no-store" } })
    },
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
    for (const [name, search] of [
      ["thumbnails, first visit", ""],
      ["thumbnails, later visit", ""],
      ["the pictures themselves", "?original"],
    ]) {
      const page = await open(search)
      const startedAt = performance.now()
      await settled(page)
      const firstScreenMs = Math.round(performance.now() - startedAt)
      rows[name] = { "first screen ms": firstScreenMs, ...(await scrollThrough(context, page, pictures)) }
      await page.close()
    }
    const writer = await open("")
    small = await smallPictures(writer)
    await writer.close()
    const floor = await context.newPage()
    await floor.goto(`${server.url}/floor.html?count=${count}`)
    rows["the floor"] = { "first screen ms": 0, ...(await scrollThrough(context, floor, "img")) }
    console.table(rows)
  } finally {
    await context.close()
    await server.stop()
    profile.remove()
  }
}

await main()
