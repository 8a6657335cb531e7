import assert from "node:assert/strict"
import { build } from "esbuild"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { fileURLToPath, pathToFileURL } from "node:url"
import { compile } from "svelte/compiler"
import { launchBrowser } from "../support/browser.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const here = join(root, "test/frameworks/server-rendering")
const scratch = join(root, `.cache/server-rendering-${process.pid}`)

/** The board of one framework, compiled for a server or a browser. */
const board = (name, generate) => ({
  name: "board",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:board$/ }, () => ({ path: join(here, `${name}.mjs`) }))
    onLoad({ filter: /\.svelte$/ }, ({ path }) => {
      const { js } = compile(readFileSync(path, "utf8"), { generate, filename: path })
      return { contents: js.code, resolveDir: here }
    })
  },
})

/** Development builds: only they say when the server's markup and the page's differ. */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2022",
  tsconfig: "tsconfig.json",
  write: false,
  logLevel: "silent",
  define: {
    "process.env.NODE_ENV": '"development"',
    __VUE_OPTIONS_API__: "true",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
  },
}

/** What a server that has loaded the elements sends. */
const renderOnServer = async (name) => {
  const { outputFiles } = await build({
    ...common,
    stdin: {
      contents: `import "./components/index.ts"\nexport { render } from "virtual:board"`,
      resolveDir: root,
    },
    platform: "node",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)',
    },
    plugins: [board(name, "server")],
  })
  const file = join(scratch, `${name}.mjs`)
  writeFileSync(file, outputFiles[0].text)
  const { render } = await import(pathToFileURL(file).href)
  return render()
}

const bundleForBrowser = async (name) => {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["test/frameworks/server-rendering/client.ts"],
    platform: "browser",
    splitting: true,
    outdir: "out",
    conditions: ["browser", "production"],
    plugins: [board(name, "client")],
  })
  return new Map(outputFiles.map(({ path, text }) => [path.replaceAll("\\", "/").split("/out").at(-1), text]))
}

describe("a page with our tags, rendered on a server", () => {
  let browser
  before(async () => {
    mkdirSync(scratch, { recursive: true })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser?.close()
    rmSync(scratch, { recursive: true, force: true })
  })

  for (const name of ["plain", "vue", "svelte", "react"]) {
    describe(name, () => {
      let html
      let scripts
      let server
      before(async () => {
        html = await renderOnServer(name)
        scripts = await bundleForBrowser(name)
        server = createServer(({ url }, response) => {
          const script = scripts.get(new URL(url, "http://localhost").pathname)
          response.setHeader(
            "content-type",
            script === undefined ? "text/html; charset=utf-8" : "text/javascript",
          )
          response.end(
            script ??
              `<!doctype html><html lang="en"><link rel="icon" href="data:,"><div id="root">${html}</div>
<script>globalThis.first = document.querySelector("filesync-image")</script>
<script type="module" src="/client.js"></script></html>`,
          )
        })
        await new Promise((done) => server.listen(0, "127.0.0.1", done))
      })
      after(() => server?.close())

      it("has the tags and what the page says about them", () => {
        assert.match(html, /<filesync-upload\b[^>]*\bname="photos"/)
        assert.match(html, /<filesync-upload\b[^>]*\bmultiple/)
        assert.match(html, /<filesync-status\b/)
        assert.match(html, /<filesync-image\b[^>]*\bfile-id="a"/)
        assert.match(html, /<filesync-image\b[^>]*\balt="Harbour"/)
      })

      const lives = async (search) => {
        const page = await browser.newPage()
        const said = []
        page.on("pageerror", ({ message }) => said.push(message))
        page.on("console", (message) => {
          if (message.type() === "error" || message.type() === "warning") said.push(message.text())
        })
        await page.goto(`http://127.0.0.1:${server.address().port}/${search}`)
        await page.locator("filesync-image[state=ready]").waitFor()
        await page.locator("filesync-upload input").setInputFiles({
          ...{ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("x") },
        })
        await page.getByText("1 saved", { exact: true }).waitFor()
        assert.equal(await page.locator("filesync-image").count(), 1)
        const facts = await page.evaluate(() => ({
          width: Number(document.querySelector("filesync-image").width),
          multiple: document.querySelector("filesync-upload").multiple,
          isFirst: globalThis.first === document.querySelector("filesync-image"),
        }))
        assert.deepEqual(said, [])
        await page.close()
        return facts
      }

      for (const [order, search] of [
        ["after", ""],
        ["before", "?elements-first"],
      ]) {
        it(`lives on in the browser, with the elements ${order} the framework`, async () => {
          assert.deepEqual(await lives(search), { width: 120, multiple: true, isFirst: true })
        })
      }

      if (name === "react") {
        it("takes events by property when it is rendered in the browser", async () => {
          assert.deepEqual(await lives("?in-the-browser"), { width: 120, multiple: true, isFirst: false })
        })
      }
    })
  }
})
