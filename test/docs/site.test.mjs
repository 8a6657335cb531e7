import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { after, before, describe, it } from "node:test"
import { buildDocs } from "../../scripts/docs/build-docs.mjs"
import { staticFiles } from "../../scripts/static-files.mjs"
import { temporaryFolder } from "../support/started-app.mjs"
import { launchBrowser } from "../support/browser.mjs"

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
const looks = [
  { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { colorScheme: "dark", viewport: { width: 360, height: 780 } },
]
const pagesToLookAt = [
  "index.html",
  "guides/own-schema.html",
  "guarantees.html",
  "server/index.html",
  "reference/element-filesync-upload.html",
  "reference/adapters-http.html",
  "source/src/schema/file-statements.test.ts.html",
]

describe("the documentation's site", { timeout: 300_000 }, () => {
  const folder = temporaryFolder("docs-in-browser")
  let server
  let browser
  let root

  before(async () => {
    buildDocs(folder.path)
    const files = staticFiles({ mounts: [{ prefix: "/docs/", folder: folder.path }] })
    server = createServer(async ({ url, method }, response) => {
      const answer = await files(new Request(new URL(url, "http://localhost"), { method }))
      response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []))
      response.end(answer === undefined ? "" : Buffer.from(await answer.arrayBuffer()))
    })
    await new Promise((done) => server.listen(0, "127.0.0.1", done))
    root = `http://localhost:${server.address().port}/docs/`
    browser = await launchBrowser()
  })

  after(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
    folder.remove()
  })

  /** A page that notes what it must not do: ask another origin, or break its own policy. */
  const open = async (look, path) => {
    const context = await browser.newContext(look)
    const page = await context.newPage()
    const problems = []
    page.on("pageerror", (error) => problems.push(error.message))
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()))
    page.on("request", (request) => request.url().startsWith(root) || problems.push(request.url()))
    await page.goto(root + path)
    return { page, problems, close: () => context.close() }
  }

  for (const look of looks) {
    const words = `${look.colorScheme}, ${look.viewport.width} pixels wide`
    it(`is accessible, fits and loads nothing from other origins (${words})`, async () => {
      const { page, problems, close } = await open(look, "")
      for (const path of pagesToLookAt) {
        await page.goto(root + path)
        // Through the automation's own door, because the site's policy lets no other script in.
        await page.evaluate(axeSource)
        const violations = await page.evaluate(async () => {
          const { violations: found } = await globalThis.axe.run()
          return found.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)
        })
        assert.deepEqual(violations, [], path)
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.ok(excess <= 0, `${path} is ${excess} pixels too wide`)
        assert.deepEqual(problems, [], path)
      }
      await close()
    })
  }

  it("is searched by keyboard alone", async () => {
    const { page, problems, close } = await open(looks[0], "guides/vue.html")
    await page.keyboard.press("/")
    await page.keyboard.type("quota exceeded")
    await page.locator("#results [role=option]").first().waitFor()
    const titles = await page.locator("#results [role=option] strong").allTextContents()
    assert.ok(
      titles.some((title) => /disk is full|QuotaExceeded/i.test(title)),
      titles.join(", "),
    )
    await page.locator(".search input").fill("registerFileSyncServiceWorker")
    await page.getByText("registerFileSyncServiceWorker", { exact: true }).first().waitFor()
    await Promise.all([page.waitForURL(/#/), page.keyboard.press("Enter")])
    assert.match(page.url(), /registerfilesyncserviceworker/)
    assert.deepEqual(problems, [])
    await close()
  })

  it("shows the heading that an address names", async () => {
    const { page, close } = await open(looks[0], "reference/main.html#filestorage")
    await page.waitForFunction(() => {
      const { top } = document.querySelector("#filestorage").getBoundingClientRect()
      return top > 0 && top < innerHeight / 2
    })
    await close()
  })

  it("leads from page to page on a phone, by a menu and to the next", async () => {
    const { page, close } = await open(looks[1], "index.html")
    assert.equal(await page.getByRole("link", { name: "With Svelte" }).isVisible(), false)
    await page.getByText("Pages", { exact: true }).click()
    await page.getByRole("link", { name: "With Svelte" }).click()
    await page.waitForURL(/svelte/)
    await page.getByRole("link", { name: /^Next/ }).click()
    await page.waitForURL(/react/)
    assert.equal(await page.locator("h1").textContent(), "With React")
    await close()
  })
})
