import assert from "node:assert/strict"
import { build } from "esbuild"
import { createServer } from "node:http"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { launchBrowser } from "../support/browser.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))

const bundle = async (contents) => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: "ts" },
    ...{ bundle: true, format: "esm", target: "es2022", tsconfig: "tsconfig.json", write: false },
    conditions: ["browser", "production"],
    logLevel: "silent",
  })
  return outputFiles[0].text
}

describe("two copies of the package on one page", () => {
  let browser
  let server
  before(async () => {
    const scripts = new Map([
      ["/elements.js", await bundle('import "./components/index.ts"')],
      [
        "/all.js",
        await bundle(`
          import "./components/index.ts"
          import { InMemoryFileSync } from "./components/test-support/in-memory-file-sync.ts"
          import { picture } from "./components/test-support/pictures.ts"
          import { setFileSync } from "./src/client/global-client.ts"
          const engine = new InMemoryFileSync()
          engine.arrive({ id: "a" }, await picture(4, 4))
          setFileSync(engine)`),
      ],
    ])
    server = createServer(({ url }, response) => {
      const { pathname, searchParams } = new URL(url, "http://localhost")
      const script = scripts.get(pathname)
      response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript")
      const tags = (searchParams.get("order") ?? "")
        .split(",")
        .map((name) => `<script type="module" src="/${name}.js"></script>`)
      response.end(
        script ??
          `<!doctype html><link rel="icon" href="data:,"><filesync-image file-id="a" alt=""></filesync-image><filesync-status></filesync-status>${tags.join("")}`,
      )
    })
    await new Promise((done) => server.listen(0, "127.0.0.1", done))
    browser = await launchBrowser()
  })
  after(async () => {
    await browser?.close()
    server?.close()
  })

  for (const order of ["elements,all", "all,elements"]) {
    it(`share one engine and register each tag once (${order})`, async () => {
      const page = await browser.newPage()
      const problems = []
      page.on("pageerror", ({ message }) => problems.push(message))
      await page.goto(`http://127.0.0.1:${server.address().port}/?order=${order}`)
      await page.locator("filesync-image[state=ready]").waitFor()
      await page.getByText("All files are up to date").waitFor()
      assert.deepEqual(problems, [])
      await page.close()
    })
  }
})
