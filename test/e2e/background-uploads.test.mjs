/** The demo in a real browser that has Background Sync: a tab is closed with uploads waiting. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { setTimeout as pause } from "node:timers/promises"
import { openDevice } from "../support/device.mjs"
import { makeFile, noise } from "../support/made-files.mjs"
import { startSlowLine } from "../support/slow-line.mjs"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

const storeId = "background"
const engineKey = "livestore-filesync"

const isSoWithin = async (waitMs, condition) => {
  for (const endMs = performance.now() + waitMs; performance.now() < endMs; await pause(100)) {
    if (await condition()) return true
  }
  return false
}

/** Wakes the service worker for its uploads, as Chromium does when it sees fit. */
const dispatchSync = async (context, page) => {
  const session = await context.newCDPSession(page)
  const registrations = []
  session.on("ServiceWorker.workerRegistrationUpdated", (event) => registrations.push(...event.registrations))
  await session.send("ServiceWorker.enable")
  assert.ok(await isSoWithin(10_000, () => registrations.length > 0), "no service worker is registered")
  const [{ registrationId, scopeURL }] = registrations
  const { origin } = new URL(scopeURL)
  const tag = "livestore-filesync:uploads"
  await session.send("ServiceWorker.dispatchSyncEvent", { origin, registrationId, tag, lastChance: false })
}

describe("a tab that is closed with uploads waiting", { timeout: 5 * 60_000 }, () => {
  const folder = temporaryFolder("files")
  const data = temporaryFolder("data")
  // By request: shared with others, one of its own, in parts.
  const files = [20_000, 2_000_000, 20_000_000].map((sizeBytes) =>
    makeFile(folder.path, `${sizeBytes}.bin`, "application/octet-stream", noise(sizeBytes, sizeBytes)),
  )
  let app
  let line
  let device

  before(async () => {
    app = await startApp({ dataFolder: data.path })
    line = await startSlowLine(app.url)
    device = await openDevice("background", { url: `${line.url}?storeId=${storeId}` })
  })
  after(async () => {
    await device?.close()
    await line?.stop()
    await app?.stop()
    for (const place of [folder, data, device?.profile]) place?.remove()
  })

  const isInBucket = async ({ facts }) =>
    (await fetch(`${app.url}api/files/${storeId}/${facts.hash}`, { method: "HEAD" })).ok

  it("has them finished by the service worker, and the next start sends no bytes again", async (test) => {
    const { context, page } = device
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    // So slow that nothing arrives while the page is open.
    line.setUploadRate(2_000)
    await device.pick(files.map(({ path }) => path))
    await page.waitForFunction(
      ([key, count]) => globalThis[Symbol.for(key)].getStatus().onlyHere === count,
      [engineKey, files.length],
    )
    // Keeps the browser open, as other tabs would.
    const other = await context.newPage()
    await page.close({ runBeforeUnload: true })
    line.setUploadRate(Number.POSITIVE_INFINITY)
    const areUploaded = async () => (await Promise.all(files.map(isInBucket))).every(Boolean)
    // Chromium's own time for it is at once as a rule, and minutes on a machine that is busy.
    if (!(await isSoWithin(15_000, areUploaded))) {
      test.diagnostic("Chromium took its time; the event came by hand")
      await dispatchSync(context, other)
    }
    assert.ok(await isSoWithin(60_000, areUploaded), "the uploads did not happen")

    const next = await context.newPage()
    const sent = []
    next.on("request", (request) => {
      const { pathname, search } = new URL(request.url())
      if (pathname.startsWith("/api") && request.method() !== "GET")
        sent.push(`${request.method()} ${pathname}${search}`)
    })
    await next.goto(`${line.url}?storeId=${storeId}`)
    await next.waitForFunction(
      ([key, count]) => {
        const records = globalThis[Symbol.for(key)]?.listFiles() ?? []
        return records.length === count && records.every(({ remoteKey }) => remoteKey !== null)
      },
      [engineKey, files.length],
    )
    assert.deepEqual(
      sent.filter((request) => !request.startsWith("HEAD ") && !request.endsWith("?uploads")),
      [],
    )
    await next.close()
  })
})
