/** A browser at the page with the scenes, in one of the ways people look at it. */
import { build } from "esbuild"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { chromiumFlags, findBrowser } from "../../scripts/find-browser.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))

// High enough for every scene: what is far below waits to be seen.
const phone = { width: 390, height: 1600 }
const desktop = { width: 1000, height: 1600 }

/** How the page is looked at. */
export const looks = {
  "phone-light": { viewport: phone },
  "phone-dark": { viewport: phone, colorScheme: "dark" },
  "phone-arabic": { viewport: phone, lang: "ar", dir: "rtl" },
  "desktop-light": { viewport: desktop },
  "desktop-dark": { viewport: desktop, colorScheme: "dark" },
  "desktop-forced-colors": { viewport: desktop, forcedColors: "active" },
  "narrow-large-text": { viewport: { width: 320, height: 2400 }, fontSize: "200%" },
}

const bundlePage = async () => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["test/visual/page.ts"],
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    conditions: ["production"],
    outdir: "out",
    write: false,
    logLevel: "silent",
    tsconfig: "tsconfig.json",
  })
  return new Map(outputFiles.map(({ path, text }) => [path.replaceAll("\\", "/").split("/out").at(-1), text]))
}

const html = ({ lang = "en", dir = "ltr", fontSize = "100%" }) => `<!doctype html>
<html lang="${lang}" dir="${dir}" style="color-scheme: light dark; font-size: ${fontSize}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Scenes</title>
<style>
  body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText }
  main { padding: 12px 16px 20px; border-block-end: 1px solid color-mix(in srgb, CanvasText 20%, Canvas) }
  h2 { margin: 0 0 8px; font: 12px/1.3 monospace; opacity: 0.7 }
</style>
<script type="module" src="/page.js"></script></html>`

/** Starts a browser; `open(look)` gives a page, `stop` ends everything. */
export const startPages = async () => {
  const scripts = await bundlePage()
  const server = createServer(({ url }, response) => {
    const { pathname, searchParams } = new URL(url, "http://localhost")
    const script = scripts.get(pathname)
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript")
    response.end(script ?? html(looks[searchParams.get("look")] ?? {}))
  })
  await new Promise((done) => server.listen(0, "127.0.0.1", done))
  const executablePath = findBrowser({ shell: "never" })
  if (executablePath === undefined) throw new Error("No Chromium that starts; set CHROME_PATH.")
  const browser = await chromium.launch({
    executablePath,
    args: [...chromiumFlags, "--font-render-hinting=none"],
  })
  return {
    version: browser.version(),
    async open(look) {
      const { viewport, colorScheme = "light", forcedColors = "none" } = looks[look]
      const context = await browser.newContext({
        ...{ viewport, colorScheme, forcedColors, reducedMotion: "reduce", deviceScaleFactor: 1 },
        ...{ locale: "en-GB", timezoneId: "UTC" },
      })
      const page = await context.newPage()
      const problems = []
      page.on("pageerror", ({ message }) => problems.push(message))
      await page.goto(`http://127.0.0.1:${server.address().port}/?look=${look}`)
      await page.waitForFunction(() => globalThis.showScene !== undefined)
      return { page, problems, close: () => context.close() }
    },
    async stop() {
      await browser.close()
      server.close()
    },
  }
}
