/** A page that the service worker does not control, as after a hard reload or where it is refused. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { openDevice } from "../support/device.mjs"
import { makeFile, noisePng } from "../support/made-files.mjs"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

describe("a page that a hard reload left without its service worker", { timeout: 5 * 60_000 }, () => {
  const folder = temporaryFolder("files")
  const data = temporaryFolder("data")
  const photo = makeFile(folder.path, "photo.png", "image/png", noisePng(200, 150, 3))
  let app
  let device

  before(async () => {
    app = await startApp({ dataFolder: data.path })
    device = await openDevice("uncontrolled", { url: `${app.url}?storeId=uncontrolled` })
    await device.pick([photo.path])
    await device.waitForState("photo.png", { remote: true })
    await device.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  })
  after(async () => {
    await device?.close()
    await app?.stop()
    for (const place of [folder, data, device?.profile]) place?.remove()
  })

  const imageSource = () =>
    device.page.evaluate(
      () => document.querySelector('filesync-image[alt="photo.png"]').shadowRoot.querySelector("img").src,
    )

  it("shows pictures from blob URLs when registration is refused, and leaves them when it is controlled later", async () => {
    const { page, context } = device
    const session = await context.newCDPSession(page)
    // As a browser's settings do it; before any script of the page runs.
    await context.addInitScript(() => {
      ServiceWorkerContainer.prototype.register = () =>
        Promise.reject(new DOMException("Not allowed", "SecurityError"))
    })
    const loaded = page.waitForEvent("load")
    await session.send("Page.reload", { ignoreCache: true })
    await loaded
    await page.locator('filesync-image[alt="photo.png"][state="ready"]').waitFor()
    assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null)
    const first = await imageSource()
    assert.match(first, /^blob:/)

    await page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.getRegistration()
      active.postMessage({ type: "filesync:claim" })
    })
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    // A change of state later than this would be a flicker.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    assert.equal(await imageSource(), first)
    const states = (await device.seen())
      .filter((one) => one.about === "photo.png" && one.name === "state")
      .map(({ value }) => value)
    assert.equal(states.filter((state) => state === "ready").length, 1, states.join(" "))
    assert.equal(states.at(-1), "ready")
  })

  it("reports that the browser lets a page keep nothing, as over plain HTTP on a name of the local network", async () => {
    const page = await device.context.newPage()
    await page.addInitScript(() => {
      for (const name of ["locks", "storage", "serviceWorker"]) delete Navigator.prototype[name]
      delete Crypto.prototype.subtle
    })
    await page.goto(`${app.url}?storeId=insecure`)
    await page.locator('filesync-status[state="unsupported"]').first().waitFor({ timeout: 60_000 })
    await page.getByText("This browser cannot store files").first().waitFor()
    await page.close()
  })
})
