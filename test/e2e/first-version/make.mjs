#!/usr/bin/env node
/**
 * Writes `data.json.gz`: what a device and its backend have on disk after an ordinary day with this build. The file is
 * made once, by the first version, and read by every later build (`../first-version.test.mjs`); it is made again only
 * while nothing is released.
 */
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { openDevice } from "../../support/device.mjs"
import { readFolder, readOpfs, writeImage } from "../../support/folder-image.mjs"
import { startSlowLine } from "../../support/slow-line.mjs"
import { startApp, temporaryFolder } from "../../support/started-app.mjs"

const storeId = "first-version"

/** Runs in the page: one file of each kind of history. Gives back what is to be found later. */
const liveADay = async () => {
  const engine = globalThis[Symbol.for("livestore-filesync")]
  const text = (name, content) =>
    new File([content], name, { type: "text/plain", lastModified: 1_700_000_000_000 })
  const [, replaced, renamed, deleted, old] = await engine.saveFiles(
    [
      text("kept.txt", "kept"),
      text("replaced.txt", "first content"),
      text("before.txt", "renamed"),
      text("deleted.txt", "deleted"),
      text("restored.txt", "restored"),
    ].map((file) => ({ file, metadata: { folder: "letters" } })),
  )
  await engine.awaitIdle()
  await engine.updateFile(replaced, text("replaced.txt", "second content"))
  await engine.editFile(renamed, { name: "after.txt", metadata: { folder: "archive" } })
  await engine.deleteFiles([deleted, old])
  await engine.restoreFile(old)
  await engine.awaitIdle()
}

/** Runs in the page: what is done while there is no connection, and stays in the journal. */
const workOffline = async () => {
  const engine = globalThis[Symbol.for("livestore-filesync")]
  const text = (name, content) => new File([content], name, { type: "text/plain" })
  const edited = engine.listFiles().find(({ name }) => name === "kept.txt")
  await engine.saveFile(text("waiting.txt", "saved without a connection"))
  await engine.editFile(edited.id, { name: "kept and edited.txt" })
}

const data = temporaryFolder("data")
const app = await startApp({ dataFolder: data.path })
const line = await startSlowLine(app.url)
const device = await openDevice("first", { url: `${line.url}?storeId=${storeId}` })
const bare = await device.context.newPage()
await bare.goto(`${line.url}demo.css`)
await device.page.evaluate(liveADay)
// Until the backend has confirmed everything, and LiveStore has written that down.
await pause(3000)
line.cut()
await device.page.evaluate(workOffline)
await pause(3000)
await device.page.close()
await bare.waitForFunction(async () => (await navigator.locks.query()).held.length === 0)
const opfs = await bare.evaluate(readOpfs)
await device.close()
await line.stop()
await app.stop()
const path = fileURLToPath(new URL("data.json.gz", import.meta.url))
writeImage(path, { opfs, backend: readFolder(data.path) })
for (const [name, base64] of Object.entries(opfs)) console.log(`${base64.length}\t${name}`)
for (const place of [data, device.profile]) place.remove()
