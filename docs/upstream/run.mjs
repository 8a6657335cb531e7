/** `run.mjs FOLDER`: bundles a report's page and worker, opens the page in Chromium (`CHROME_PATH`), prints what they say. */
import { build } from "esbuild"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"

const here = fileURLToPath(new URL(`./${process.argv[2]}/`, import.meta.url))
const wasm = readFileSync("node_modules/@livestore/wa-sqlite/dist/wa-sqlite.wasm")
const { outputFiles } = await build({
  entryPoints: [`${here}page.ts`, `${here}worker.ts`],
  outdir: here,
  bundle: true,
  format: "esm",
  conditions: ["browser"],
  define: { "import.meta.env": "undefined" },
  write: false,
})
const server = createServer(({ url }, response) => {
  const script = outputFiles.find(({ path }) => path.endsWith(url.split("?")[0]))
  const isWasm = url.endsWith(".wasm")
  response.setHeader("content-type", isWasm ? "application/wasm" : script ? "text/javascript" : "text/html")
  response.end(isWasm ? wasm : (script?.text ?? '<script type="module" src="page.js"></script>'))
})
await new Promise((resolve) => server.listen(0, "localhost", resolve))
const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH, args: ["--no-sandbox"] })
const page = await (await browser.newContext()).newPage()
const ended = new Promise((resolve, reject) => {
  setTimeout(reject, 60_000, new Error("Nothing was said within a minute")).unref()
  page.on("pageerror", reject)
  page.on("console", (message) => {
    const text = message.text()
    if (/The worker ended|done:|During boot/.test(text)) console.log(text.slice(0, 300))
    if (text.startsWith("done:")) resolve()
  })
})
await page.goto(`http://localhost:${server.address().port}/`)
await ended.finally(async () => {
  await browser.close()
  server.close()
})
