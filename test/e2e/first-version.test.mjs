/** What the first version wrote is read by this build: files, their history, the journal, and the backend's data. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { openDevice } from "../support/device.mjs"
import { readImage, writeFolder, writeOpfs } from "../support/folder-image.mjs"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

const storeId = "first-version"
const image = readImage(fileURLToPath(new URL("first-version/data.json.gz", import.meta.url)))
const names = ["after.txt", "kept and edited.txt", "replaced.txt", "restored.txt", "waiting.txt"]

const contentsOf = (device) =>
  device.page.evaluate(async () => {
    const engine = globalThis[Symbol.for("livestore-filesync")]
    const records = engine.listFiles().toSorted((one, other) => (one.name < other.name ? -1 : 1))
    return Promise.all(
      records.map(async ({ id, name, metadata }) => [
        name,
        metadata,
        await (await engine.readFile(id)).text(),
      ]),
    )
  })

const expected = [
  ["after.txt", { folder: "archive" }, "renamed"],
  ["kept and edited.txt", { folder: "letters" }, "kept"],
  ["replaced.txt", { folder: "letters" }, "second content"],
  ["restored.txt", { folder: "letters" }, "restored"],
  ["waiting.txt", null, "saved without a connection"],
]

describe("a device of the first version", { timeout: 10 * 60_000 }, () => {
  const data = temporaryFolder("data")
  let app
  let device
  let other

  before(async () => {
    writeFolder(data.path, image.backend)
    app = await startApp({ dataFolder: data.path })
    device = await openDevice("first", { url: `${app.url}demo.css`, untilReady: false })
    await device.page.evaluate(writeOpfs, image.opfs)
  })
  after(async () => {
    await device?.close()
    await other?.close()
    await app?.stop()
    for (const place of [data, device?.profile, other?.profile]) place?.remove()
  })

  it("has all its files, and what it did without a connection is uploaded", async () => {
    await device.goto(`${app.url}?storeId=${storeId}`)
    await device.waitForNames(names)
    assert.deepEqual(await contentsOf(device), expected)
    for (const name of names) await device.waitForState(name, { local: true, remote: true })
    await device.page.locator('filesync-status[state="idle"]').waitFor()
  })

  it("gives them to a device that this build begins", async () => {
    other = await openDevice("second", { url: `${app.url}?storeId=${storeId}` })
    await other.waitForNames(names)
    assert.deepEqual(await contentsOf(other), expected)
  })

  it("met no uncaught error", () => assert.deepEqual([...device.problems, ...other.problems], []))
})
