/** A video that another device has: many tabs and elements show it while it arrives, and later without a network. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { makeTestVideo } from "../../sw/e2e/test-video.mjs"
import { startWorld } from "../../sw/e2e/support.mjs"
import { openDevice } from "../support/device.mjs"
import { startSlowLine } from "../support/slow-line.mjs"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

const megabyte = 1024 * 1024
const storeId = "streaming"
const seconds = 40
const sizeBytes = 40 * megabyte

/** What a tab needs to watch: the players of the service worker's own tests. */
const playerScript = async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import * as player from "../../sw/e2e/play.ts"\nglobalThis.player = player',
      resolveDir: fileURLToPath(new URL("./", import.meta.url)),
    },
    bundle: true,
    format: "iife",
    write: false,
  })
  return outputFiles[0].text
}

describe("a video of another device", { timeout: 10 * 60_000 }, () => {
  const folder = temporaryFolder("video")
  const data = temporaryFolder("data")
  let app
  let line
  let here
  let there
  let video
  let hash
  let player

  before(async () => {
    const world = await startWorld()
    video = await makeTestVideo(await world.open(), seconds, sizeBytes)
    await world.close()
    hash = createHash("sha256").update(video).digest("hex")
    writeFileSync(join(folder.path, "video.webm"), video)
    player = await playerScript()
    app = await startApp({ dataFolder: data.path })
    line = await startSlowLine(app.url)
    here = await openDevice("here", { url: `${app.url}?storeId=${storeId}` })
    // The other device knows the page and its service worker before the video is there.
    there = await openDevice("there", { url: `${line.url}?storeId=${storeId}` })
    await there.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    line.setDownloadRate(3 * megabyte)
    await here.pick([join(folder.path, "video.webm")])
    await here.waitForState("video.webm", { remote: true })
  })
  after(async () => {
    await here?.close()
    await there?.close()
    await line?.stop()
    await app?.stop()
    for (const place of [folder, data, here?.profile, there?.profile]) place?.remove()
  })

  /** A tab of the other device without an engine. */
  const openTab = async () => {
    const tab = await there.context.newPage()
    await tab.goto(`${line.url}demo.css`)
    await tab.evaluate(player)
    return tab
  }

  const address = () => `/livestore-filesync-files/${storeId}/${hash}?type=video/webm`
  const downloads = () => line.requests.filter((request) => request === `GET /api/files/${storeId}/${hash}`)

  it("is fetched once for fifty players in ten tabs, plays and seeks while it arrives", async (test) => {
    await there.waitForNames(["video.webm"])
    const tabs = []
    for (let count = 0; count < 10; count++) tabs.push(await openTab())
    const state = () =>
      there.page.evaluate(() => {
        const engine = globalThis[Symbol.for("livestore-filesync")]
        return engine.getFileState(engine.listFiles()[0].id)
      })
    const openedAt = performance.now()
    await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(
          (url) => Promise.all(Array.from({ length: 5 }, () => globalThis.player.openMedia("video", url))),
          address(),
        ),
      ),
    )
    test.diagnostic(`${Math.round(performance.now() - openedAt)} ms until fifty players knew the length`)
    const [first] = tabs
    await first.bringToFront()
    const media = await first.evaluateHandle((url) => globalThis.player.openMedia("video", url), address())
    await media.evaluate((element) => globalThis.player.playUntil(element, 0.5))
    assert.equal(await media.evaluate((element) => globalThis.player.showsSecond(element, 0)), true)
    const { progress, local } = await state()
    test.diagnostic(`it played at ${Math.round(progress * 100)} % of the download`)
    assert.equal(local, false, "the download was still running")
    // The page's; and the worker's own, when the page was too busy to answer it within half a second.
    assert.ok(downloads().length <= 2, `${downloads().length} requests for all who watch from the start`)
    for (const second of [35, 12]) {
      const startedAt = performance.now()
      await media.evaluate((element, to) => globalThis.player.seek(element, to + 0.5), second)
      test.diagnostic(`${Math.round(performance.now() - startedAt)} ms to second ${second}`)
      assert.equal(
        await media.evaluate((element, at) => globalThis.player.showsSecond(element, at), second),
        true,
      )
    }
    await there.waitForState("video.webm", { local: true })
    // A player that jumps ahead gets its part by a request of its own.
    test.diagnostic(`${downloads().length} requests in all`)
    assert.ok(downloads().length - 1 <= 10)
    for (const tab of tabs) await tab.close()
  })

  it("plays and seeks from this device when there is no network", async () => {
    line.cut()
    // The demo's policy allows no script from elsewhere, but the automation's own.
    await there.page.evaluate(player)
    const media = await there.page.evaluateHandle(
      (url) => globalThis.player.openMedia("video", url),
      address(),
    )
    for (const second of [38, 3]) {
      await media.evaluate((element, to) => globalThis.player.seek(element, to + 0.5), second)
      assert.equal(
        await media.evaluate((element, at) => globalThis.player.showsSecond(element, at), second),
        true,
      )
    }
    line.restore()
  })
})
