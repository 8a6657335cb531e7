/** Downloads that take longer than a browser lets a service worker live that receives no events. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { makeBytes, sha256, startWorld } from "./support.mjs"

describe("a page that fetches for the worker", { timeout: 120_000 }, () => {
  let world
  before(async () => {
    world = await startWorld({ patienceMs: 8_000 })
  })
  after(() => world?.close())

  it("keeps it for longer than the browser's patience, and readers get the whole", async (test) => {
    if (!world.hasPatience) return test.skip("this browser's patience of minutes cannot be shortened")
    const pieceBytes = 1024 * 1024
    const bytes = makeBytes(7 * pieceBytes)
    world.routes["/slow"] = { body: bytes, headers: { "Content-Type": "application/octet-stream" } }
    const { page, storeFolder, url } = await world.openControlled()
    const address = url(sha256(bytes))
    const got = await page.evaluate(
      async ([folder, target, piece]) => {
        const whole = new Uint8Array(await (await fetch("/slow")).arrayBuffer())
        globalThis.page.answerServiceWorker({
          storeFolder: folder,
          want: async (hash, report) => {
            const write = globalThis.page.makeWriter()
            await write({ open: "slow", storeFolder: folder, sizeBytes: whole.length })
            for (let at = 0; at < whole.length; at += piece) {
              await write({ bytes: whole.slice(at, at + piece), at })
              report({ fileName: "slow", writtenBytes: at + piece, totalBytes: whole.length })
              await new Promise((resolve) => setTimeout(resolve, 2_000))
            }
            await write({ storeFolder: folder, hash })
            return "ready"
          },
        })
        return globalThis.page.get(target)
      },
      [storeFolder, address, pieceBytes],
    )
    assert.deepEqual([got.size, got.hash], [bytes.length, sha256(bytes)])
    await page.close()
  })
})
