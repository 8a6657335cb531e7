import assert from "node:assert/strict"
import { build } from "esbuild"
import { createServer } from "node:http"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { launchBrowser } from "../support/browser.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))

const script = `
  import { InMemoryFileSync } from "./components/test-support/in-memory-file-sync.ts"
  import { setFileSync } from "./src/client/global-client.ts"
  import "./components/index.ts"
  setFileSync(new InMemoryFileSync())`

const page = `<!doctype html><link rel="icon" href="data:,"><title>Form</title>
  <form><filesync-upload name="receipts" multiple required></filesync-upload></form>
  <script type="module" src="/page.js"></script>`

describe("a form with an upload in it", () => {
  let browser
  let server
  before(async () => {
    const { outputFiles } = await build({
      absWorkingDir: root,
      stdin: { contents: script, resolveDir: root, loader: "ts" },
      ...{ bundle: true, format: "esm", target: "es2022", tsconfig: "tsconfig.json", write: false },
      conditions: ["browser", "production"],
      logLevel: "silent",
    })
    server = createServer(({ url }, response) => {
      const isScript = url === "/page.js"
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html")
      response.end(isScript ? outputFiles[0].text : url === "/" ? page : "<title>Elsewhere</title>")
    })
    await new Promise((done) => server.listen(0, "127.0.0.1", done))
    browser = await launchBrowser()
  })
  after(async () => {
    await browser?.close()
    server?.close()
  })

  // Automated Chromium restores no form at a reload, plain fields neither; a step back runs the same code.
  it("has its files again after a step back", async () => {
    const tab = await browser.newPage()
    const address = `http://127.0.0.1:${server.address().port}`
    const receipts = () => tab.evaluate(() => new FormData(document.querySelector("form")).getAll("receipts"))
    const rowsAre = (names) =>
      tab.waitForFunction((wanted) => {
        const rows = document.querySelector("filesync-upload")?.shadowRoot?.querySelectorAll(".name") ?? []
        return [...rows].map(({ textContent }) => textContent).join() === wanted
      }, names.join())
    await tab.goto(address)
    await tab
      .locator("filesync-upload input")
      .setInputFiles(
        ["a.txt", "b.txt"].map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) })),
      )
    await tab.waitForFunction(() => document.querySelector("filesync-upload").value.length === 2)
    const given = await receipts()
    assert.equal(given.length, 2)

    await tab.goto(`${address}/elsewhere`)
    await tab.goBack()
    await rowsAre(["a.txt", "b.txt"])
    assert.deepEqual(await receipts(), given)
    assert.equal(await tab.evaluate(() => document.querySelector("form").checkValidity()), true)

    await tab.evaluate(() => document.querySelector("form").reset())
    await tab.goto(`${address}/elsewhere`)
    await tab.goBack()
    await tab.waitForFunction(() => customElements.get("filesync-upload") !== undefined)
    await rowsAre([])
    assert.deepEqual(await receipts(), [])
    await tab.close()
  })
})
