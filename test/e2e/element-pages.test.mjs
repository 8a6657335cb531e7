import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { after, before, describe, it } from "node:test"
import { startApp, temporaryFolder } from "../support/started-app.mjs"
import { launchBrowser } from "../support/browser.mjs"

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
const data = temporaryFolder("element-pages")

/** States whose buttons are named after what the element then says of itself. */
const ownStates = new Set([
  "ready",
  "loading",
  "missing",
  "error",
  "idle",
  "syncing",
  "offline",
  "paused",
  "filled",
  "empty",
])

/** What `<filesync-status>` says in some states: the pages' own engine has to know all that elements ask for. */
const says = {
  idle: "All files are up to date",
  saving: "Saving 500 files on this device",
  "server in trouble": "Trying again in",
  "signed out": "You are signed out",
}

describe("the pages about the elements", () => {
  let app
  let browser
  before(async () => {
    app = await startApp({ dataFolder: data.path })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser?.close()
    await app?.stop()
    data.remove()
  })

  const open = async (path, options) => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, ...options })
    const problems = []
    page.on("pageerror", ({ message }) => problems.push(message))
    await page.goto(new URL(path, app.url).href)
    return { page, problems }
  }
  const expectAccessible = async (page) => {
    await page.evaluate(axeSource)
    const { violations } = await page.evaluate(() => globalThis.axe.run())
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)
    assert.deepEqual(found, [])
  }

  it("are found from the demo, and lead on", async () => {
    const { page, problems } = await open("/")
    await page.getByRole("link", { name: "elements" }).click()
    await expectAccessible(page)
    await page.getByRole("link", { name: "<filesync-image>" }).click()
    await page.getByRole("heading", { level: 1, name: "<filesync-image>" }).waitFor()
    assert.deepEqual(problems, [])
    await page.close()
  })

  for (const name of ["image", "upload", "status", "list", "viewer", "inspector"]) {
    it(`${name}: shows every state, fits a phone, and is accessible, light and dark`, async () => {
      const { page, problems } = await open(`/elements/${name}.html`)
      const element = page.locator(`#live filesync-${name}`)
      const buttons = page.locator("#states button")
      await page.locator("#states [aria-pressed=true]").waitFor()
      for (const button of await buttons.all()) {
        await button.click()
        const state = await button.textContent()
        await page.locator(`#states [aria-pressed=true]`, { hasText: state }).waitFor()
        if (ownStates.has(state)) await element.and(page.locator(`[state=${state}]`)).waitFor()
        if (name === "status" && state in says) await element.getByText(says[state]).first().waitFor()
        if (name !== "viewer" || state === "closed") continue
        await element.and(page.locator("[state=ready]")).waitFor({ state: "attached" })
        await expectAccessible(page)
        await page.keyboard.press("Escape")
        await element.and(page.locator("[state=closed]")).waitFor({ state: "attached" })
      }
      const tables = await page.locator("table").count()
      assert.ok(tables >= 5, `${tables} tables`)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0)
      await buttons.first().click()
      await page.locator(`#states button:first-child[aria-pressed=true]`).waitFor()
      await expectAccessible(page)
      await page.getByLabel("Colours").selectOption("dark")
      await expectAccessible(page)
      await page.getByLabel("Language").selectOption("ar")
      assert.deepEqual(problems, [])
      await page.close()
    })
  }
})
