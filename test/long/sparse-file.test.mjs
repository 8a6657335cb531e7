/**
 * `node --test test/long/sparse-file.test.mjs`: a file of more than 5 GB, most of it holes, streamed into the store of a
 * browser with a profile on disk (the unit tests' browser has a smaller quota). Not in CI: it writes 5 GB.
 */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { openDevice } from "../support/device.mjs"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

const sizeBytes = 5_368_721_465
// By OpenSSL: zeros, with a word at the beginning, in the middle and at the end.
const sha256 = "46e0a80864a55f96f5e104becee429ee4a30686d8bb89b05b9021579ba0de358"

const saveSparse = async ([key, size]) => {
  const engine = globalThis[Symbol.for(key)]
  await engine.pause()
  const places = [0, Math.floor(size / 2), size - 6]
  const origin = await navigator.storage.getDirectory()
  const source = await origin.getFileHandle("sparse", { create: true })
  const writable = await source.createWritable()
  await writable.truncate(size)
  for (const position of places) await writable.write({ type: "write", position, data: "marker" })
  await writable.close()
  let reported = 0
  const id = await engine.saveFile(await source.getFile(), {
    onProgress: (loadedBytes) => {
      reported = loadedBytes
    },
  })
  const stored = await engine.readFile(id)
  const words = []
  for (const position of places) words.push(await stored.slice(position, position + 6).text())
  const { sizeBytes: bytes, contentHash } = engine.getFile(id)
  return { bytes, contentHash, reported, size: stored.size, words }
}

describe("an engine with a file of more than 5 GB", { timeout: 15 * 60_000 }, () => {
  const data = temporaryFolder("data")
  let app
  let device

  before(async () => {
    app = await startApp({ dataFolder: data.path })
    device = await openDevice("large", { url: `${app.url}?storeId=large` })
  })

  after(async () => {
    await device?.close()
    await app?.stop()
    for (const folder of [data, device?.profile]) folder?.remove()
  })

  it("takes it as it is", async (t) => {
    const beganAtMs = Date.now()
    const saved = await device.page.evaluate(saveSparse, ["livestore-filesync", sizeBytes])
    t.diagnostic(`${((Date.now() - beganAtMs) / 1000).toFixed(1)} s`)
    assert.deepEqual(saved, {
      bytes: sizeBytes,
      contentHash: sha256,
      reported: sizeBytes,
      size: sizeBytes,
      words: ["marker", "marker", "marker"],
    })
  })
})
