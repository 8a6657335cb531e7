import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { chromiumFlags } from "../../scripts/find-browser.mjs"
import { openDevice } from "../support/device.mjs"
import { makeFile, noisePng } from "../support/made-files.mjs"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

const timeoutMs = 120_000
/** As in a person's browser: Playwright turns off what gives the frame of another site a storage of its own. */
const flags = chromiumFlags.map((flag) => flag.replace("ThirdPartyStoragePartitioning,", ""))

describe("the demo with its second device", { timeout: 10 * 60_000 }, () => {
  const folder = temporaryFolder("demo")
  const errors = []
  let app
  let device

  before(async () => {
    app = await startApp({ dataFolder: folder.path })
    // High enough for the pictures of both: what is not seen is not downloaded.
    const viewport = { width: 1400, height: 1800 }
    device = await openDevice("demo", { url: "about:blank", untilReady: false, flags, viewport, timeoutMs })
    device.page.on("console", (line) => line.type() === "error" && errors.push(line.text()))
    await device.goto(app.url)
  })
  after(async () => {
    await device?.close()
    device?.profile.remove()
    await app?.stop()
    folder.remove()
  })

  /** Waits until the table says so of a file, for this device, the server and the second device. */
  const shows = (name, words) =>
    device.page.waitForFunction(
      ([wanted, text]) =>
        [...document.querySelectorAll("#places tbody tr")].some(
          ({ cells: [first, ...cells] }) =>
            first.textContent === wanted && cells.map((cell) => cell.textContent).join() === text,
        ),
      [name, words.join()],
      { timeout: timeoutMs, polling: 200 },
    )
  const add = (name, seed) =>
    device.pick([makeFile(folder.path, name, "image/png", noisePng(30, 20, seed)).path])

  it("shows where files are, offline on either side, over a reload, and after coming back", async () => {
    const { page } = device
    const second = page.frameLocator("#second iframe")
    await add("one.png", 1)
    await shows("one.png", ["here", "stored", "here"])
    await second.locator("filesync-image[state=ready]").waitFor({ timeout: timeoutMs })

    await page.click("#offline-second")
    await add("two.png", 2)
    await shows("two.png", ["here", "stored", "offline"])

    // Else the second device cannot know yet that it is stored.
    await page.waitForFunction(
      () => globalThis[Symbol.for("livestore-filesync")].getStatus().unsynced === 0,
      undefined,
      { timeout: timeoutMs },
    )
    await page.click("#offline-here")
    await add("three.png", 3)
    await shows("three.png", ["here", "waiting", "offline"])
    await page.click("#offline-second")
    await shows("two.png", ["here", "stored", "here"])
    await shows("three.png", ["here", "waiting", "not yet"])

    await device.reload()
    await shows("three.png", ["here", "waiting", "not yet"])
    const waitsFor = page.locator("#reconnecting")
    assert.equal(await waitsFor.textContent(), "")
    const said = await page.evaluate(() => {
      document.querySelector("#offline-here").click()
      return document.querySelector("#reconnecting").textContent
    })
    assert.match(said, /LiveStore connects again/)
    await shows("three.png", ["here", "stored", "here"])
    assert.equal(await waitsFor.textContent(), "")
    assert.deepEqual([...device.problems, ...errors], [])
  })

  it("says that its frame has no storage where a browser gives it none", async () => {
    const page = await device.page.context().newPage()
    // As Chromium's private windows do to the frame of another site.
    await page.addInitScript(() => {
      if (parent === window) return
      const refuse = () => Promise.reject(new DOMException("Access is denied.", "SecurityError"))
      navigator.storage.getDirectory = refuse
      navigator.locks.request = refuse
    })
    await page.goto(app.url)
    await page.locator("#no-storage").waitFor({ timeout: timeoutMs })
    await page
      .locator("#places td:last-child", { hasText: "no storage" })
      .first()
      .waitFor({ timeout: timeoutMs })
    const status = page.frameLocator("#second iframe").locator("filesync-status[state=unsupported]")
    await status.filter({ hasText: "This browser cannot store files" }).waitFor({ timeout: timeoutMs })
    await page.close()
  })
})
