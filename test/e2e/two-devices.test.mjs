import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { openDevice } from "../support/device.mjs"
import { makeFile, noise, noisePng } from "../support/made-files.mjs"
import { startSlowLine } from "../support/slow-line.mjs"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

const megabyte = 1_000_000
const testTimeoutMs = 180_000
const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle cx="9" cy="9" r="9"/></svg>'

/** Removes consecutive repetitions. */
const steps = (values) => values.filter((value, index) => value !== values[index - 1])

describe("two devices on one store", { timeout: 10 * 60_000 }, () => {
  const folder = temporaryFolder("files")
  const data = temporaryFolder("data")
  const photo = makeFile(folder.path, "photo.png", "image/png", noisePng(1000, 1000, 7))
  // Large enough that it does not fit into what the system buffers for a connection, so that its progress shows.
  const panorama = makeFile(folder.path, "panorama.png", "image/png", noisePng(2400, 2000, 6))
  const svg = makeFile(folder.path, "drawing.svg", "image/svg+xml", drawing)
  const empty = makeFile(folder.path, "empty.txt", "text/plain", "")
  const text = makeFile(folder.path, "notes — ü.txt", "text/plain", "first line\n")
  const late = makeFile(folder.path, "offline.png", "image/png", noisePng(60, 40, 8))
  const large = makeFile(folder.path, "large.bin", "application/octet-stream", noise(40 * megabyte, 9))
  const firstFiles = [photo, panorama, svg, empty, text]
  const namesOf = (files) => files.map(({ facts }) => facts.name)

  let app
  let line
  let here
  let there
  const problems = []
  /** `here` has a connection of its own, which can be slow or cut; `there` is always well connected. */
  const address = (base) => `${base}?storeId=two-devices`

  before(async () => {
    app = await startApp({ dataFolder: data.path })
    line = await startSlowLine(app.url)
    here = await openDevice("here", { url: address(line.url) })
  })

  after(async () => {
    await here?.close()
    await there?.close()
    await line?.stop()
    const ended = await app?.stop()
    for (const place of [folder, data, here?.profile, there?.profile]) place?.remove()
    assert.deepEqual(ended, { code: 0, signal: null })
  })

  it("shows dropped and picked files at once from this device while they upload", {
    timeout: testTimeoutMs,
  }, async () => {
    // So slow that the photo is still on its way when a busy machine has shown it.
    line.setUploadRate(0.1 * megabyte)
    await here.drop([svg, empty, text].map(({ path }) => path))
    await here.waitForNames(namesOf([svg, empty, text]))
    await here.pick([photo, panorama].map(({ path }) => path))
    await here.waitForNames(namesOf(firstFiles))
    await here.page.locator('filesync-image[alt="photo.png"][state="ready"]').waitFor()
    await here.page.locator('filesync-image[alt="drawing.svg"][state="ready"]').waitFor()
    assert.equal(await here.page.locator("#documents li").count(), 2)
    await here.page.locator('filesync-image[alt="photo.png"][transfer="uploading"]').waitFor()
    const loaded = await here.page.evaluate(() => {
      const image = document.querySelector('filesync-image[alt="photo.png"]')
      return image.shadowRoot.querySelector("img").naturalWidth
    })
    // The picture itself, 1,000 pixels wide, or a thumbnail of it.
    assert.ok(loaded > 50, "the picture is not shown while it is only here")
  })

  it("goes through the documented states and reports the progress", { timeout: testTimeoutMs }, async () => {
    line.setUploadRate(3 * megabyte)
    await here.page.locator('filesync-image[alt="panorama.png"][transfer="done"]').waitFor()
    line.setUploadRate(Number.POSITIVE_INFINITY)
    await here.page.locator('filesync-status[state="idle"]').waitFor()
    const seen = await here.seen()
    const ofPanorama = (name) =>
      seen.filter((one) => one.about === "panorama.png" && one.name === name).map(({ value }) => value)
    const transfers = steps(ofPanorama("transfer")).filter((value) => value !== null && value !== "none")
    assert.deepEqual(
      transfers.filter((value) => value !== "queued-upload"),
      ["uploading", "done"],
    )
    const progress = ofPanorama("progress")
      .filter((value) => value !== null)
      .map(Number)
    assert.ok(
      progress.every((value) => value >= 0 && value <= 1),
      `progress left 0…1: ${progress}`,
    )
    assert.ok(
      progress.some((value) => value > 0.05 && value < 0.95),
      `no progress between begin and end: ${progress}`,
    )
    const status = seen.filter((one) => one.element === "filesync-status" && one.name === "state")
    assert.ok(status.some(({ value }) => value === "syncing"))
  })

  it("shows them on the other device with the same name, type and bytes", {
    timeout: testTimeoutMs,
  }, async () => {
    there = await openDevice("there", { url: address(app.url) })
    await there.waitForNames(namesOf(firstFiles))
    for (const { facts } of firstFiles) {
      assert.deepEqual(await there.read(facts.name), facts)
      assert.deepEqual(await here.read(facts.name), facts)
    }
    await there.page.locator('filesync-image[alt="photo.png"][state="ready"]').waitFor()
    await there.page.locator('filesync-image[alt="drawing.svg"][state="ready"]').waitFor()
  })

  it("reloads offline with everything, takes new files, and uploads them automatically", {
    timeout: testTimeoutMs,
  }, async () => {
    await here.page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
    await here.reload()
    await here.context.setOffline(true)
    line.cut()
    await here.reload()
    await here.waitForNames(namesOf(firstFiles))
    await here.page.locator('filesync-image[alt="photo.png"][state="ready"]').waitFor()
    for (const { facts } of firstFiles) assert.deepEqual(await here.read(facts.name), facts)

    await here.pick([late.path])
    await here.page.locator('filesync-image[alt="offline.png"][state="ready"]').waitFor()
    await here.page.locator('filesync-status[state="offline"]').waitFor()
    assert.equal(await here.page.locator("filesync-status").getAttribute("only-here"), "1")
    assert.deepEqual(
      namesOf(firstFiles).toSorted(),
      (await there.records()).map(({ name }) => name).toSorted(),
    )

    line.restore()
    await here.context.setOffline(false)
    await there.waitForNames(namesOf([...firstFiles, late]))
    assert.deepEqual(await there.read("offline.png"), late.facts)
    await here.waitForState("offline.png", { transfer: "done", remote: true })
    await here.page.locator('filesync-status[state="idle"]').waitFor()
  })

  it("deletes on one device what is deleted on the other", { timeout: testTimeoutMs }, async () => {
    await there.page.getByRole("button", { name: "Delete drawing.svg" }).press("Enter")
    const left = [photo, panorama, empty, text, late]
    await here.waitForNames(namesOf(left))
    await there.waitForNames(namesOf(left))
    await here.page.locator('filesync-image[alt="drawing.svg"]').waitFor({ state: "detached" })
    // By keyboard, which goes on beside what has gone.
    const focused = await there.page.evaluate(() => document.activeElement.getAttribute("aria-label"))
    assert.match(focused ?? "the page", /^(Delete|Undo) /)
    assert.deepEqual(await here.read("photo.png"), photo.facts)
  })

  it("finishes an upload that the browser was killed in the middle of", {
    timeout: testTimeoutMs,
  }, async () => {
    line.setUploadRate(4 * megabyte)
    await here.pick([large.path])
    await here.waitForState("large.bin", { transfer: "uploading" })
    await here.page.waitForFunction(() => {
      const engine = globalThis[Symbol.for("livestore-filesync")]
      const record = engine.listFiles().find((one) => one.name === "large.bin")
      return engine.getFileState(record.id).progress > 0.2
    })
    const { profile } = here
    problems.push(...here.problems)
    await here.kill()
    await there.waitForState("large.bin", { remote: false })

    line.setUploadRate(Number.POSITIVE_INFINITY)
    here = await openDevice("here", { url: address(line.url), profile })
    await here.waitForState("large.bin", { transfer: "done", local: true, remote: true })
    assert.deepEqual(await there.read("large.bin"), large.facts)
    assert.deepEqual(await here.read("large.bin"), large.facts)
  })

  it("has all twelve on both when one saved five offline and the other seven, without a reload", {
    timeout: testTimeoutMs,
  }, async () => {
    const made = (by, count) =>
      Array.from({ length: count }, (_, at) =>
        makeFile(folder.path, `${by}-${at}.txt`, "text/plain", `${by} ${at}`),
      )
    const byHere = made("here", 5)
    const byThere = made("there", 7)
    // A store of their own, whose every record is one that its device has not synced yet.
    const newStore = (base) => `${base}?storeId=twelve`
    await Promise.all([here.goto(newStore(line.url)), there.goto(newStore(app.url))])
    await here.page.locator('filesync-status[state="idle"]').waitFor()
    line.cut()
    await here.pick(byHere.map(({ path }) => path))
    await there.pick(byThere.map(({ path }) => path))
    await here.waitForNames(namesOf(byHere))
    for (const name of namesOf(byThere)) await there.waitForState(name, { remote: true })
    line.restore()
    for (const device of [here, there]) {
      await device.waitForNames(namesOf([...byHere, ...byThere]))
      for (const { facts } of [...byHere, ...byThere]) {
        await device.waitForState(facts.name, { local: true, remote: true })
        assert.deepEqual(await device.read(facts.name), facts)
      }
      await device.page.locator('filesync-status[state="idle"]').waitFor()
    }
  })

  it("met no uncaught error on either device", () => {
    assert.deepEqual([...problems, ...here.problems, ...there.problems], [])
  })
})
