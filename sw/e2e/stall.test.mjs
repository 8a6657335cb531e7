/** A remote that falls silent in the middle: nobody waits for it for ever. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { makeBytes, sha256, startWorld, until } from "./support.mjs"

const megabyte = 1024 * 1024

describe("a remote that falls silent", { timeout: 120_000 }, () => {
  let world
  before(async () => {
    world = await startWorld()
  })
  after(() => world?.close())

  const open = (options) =>
    world.openControlled({ ...options, worker: "/filesync-sw.js?idle-timeout-ms=1500" })
  const get = (page, ...args) => page.evaluate((given) => globalThis.page.get(...given), args)

  it("is asked again for the rest", async () => {
    const bytes = makeBytes(megabyte)
    const { page, url } = await open({ knows: "nothing" })
    const hash = world.remote.put(bytes, { silentAt: megabyte / 2, times: 1 })
    const got = await get(page, url(hash))
    assert.deepEqual([got.status, got.hash], [200, hash])
    assert.match(world.remote.requestsFor(hash)[1].range, /^bytes=\d+-$/)
    await page.close()
  })

  it("ends as a failure when it says nothing again, and holds up no later request", async () => {
    const bytes = makeBytes(megabyte)
    const { page, url } = await open({ knows: "nothing" })
    const conduct = { silentAt: 1000 }
    const hash = world.remote.put(bytes, conduct)
    const first = get(page, url(hash))
    await until(() => world.remote.requestsFor(hash).length > 0, "the request")
    // Well again, but the first download still waits.
    await new Promise((resolve) => setTimeout(resolve, 600))
    delete conduct.silentAt
    const second = await get(page, url(hash))
    assert.deepEqual([second.status, second.hash], [200, hash])
    await first
    await page.close()
  })

  it("says so within a few idle timeouts", async () => {
    const { page, url } = await open({ knows: "nothing" })
    const hash = world.remote.put(makeBytes(megabyte), { silentAt: 0 })
    const got = await get(page, url(hash))
    assert.deepEqual([got.status, got.text], [503, "Interrupted"])
    await page.close()
  })

  it("gives way to an engine that starts meanwhile", async () => {
    const bytes = makeBytes(100_000)
    const { page, url, storeFolder } = await open({})
    const hash = world.remote.put(bytes, { silentAt: 1000 })
    const waiting = get(page, url(hash))
    await until(() => world.remote.requestsFor(hash).length > 0, "the request")
    await page.evaluate(
      ([folder, base64]) => {
        globalThis.page.answerServiceWorker({
          storeFolder: folder,
          want: async () => {
            await globalThis.page.store(
              folder,
              Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)),
            )
            return "ready"
          },
        })
      },
      [storeFolder, bytes.toString("base64")],
    )
    const got = await waiting
    assert.deepEqual([got.status, got.hash], [200, sha256(bytes)])
    await page.close()
  })

  it("is no remote when it answers with a web page, whatever the status", async () => {
    const { page, url } = await open({ knows: "nothing" })
    for (const status of [200, 404]) {
      const hash = world.remote.put(makeBytes(1000), { page: status })
      const got = await get(page, url(hash))
      assert.deepEqual([got.status, got.text], [502, "NotOurServer"])
    }
    await page.close()
  })

  it("gives no 304 for what nobody has", async () => {
    const { page, url } = await open({ source: null, knows: "nothing" })
    const got = await get(page, url("0".repeat(64)), { "If-None-Match": "*" })
    assert.equal(got.status, 404)
    await page.close()
  })
})
