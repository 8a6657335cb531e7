/** A remote that stops answering in the middle: no reader waits for it for ever. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { makeBytes, sha256, startWorld, until } from "./support.mjs"

const megabyte = 1024 * 1024

describe("a remote that falls silent", { timeout: 300_000 }, () => {
  let world
  before(async () => {
    world = await startWorld()
  })
  after(() => world?.close())

  const open = ({ idleTimeoutMs = 1500, ...options }) =>
    world.openControlled({ ...options, worker: `/filesync-sw.js?idle-timeout-ms=${idleTimeoutMs}` })
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

  it("holds up no later request, which fetches by itself", async () => {
    // Long enough that the first is still waiting when the second is asked for.
    const { page, url } = await open({ knows: "nothing", idleTimeoutMs: 12_000 })
    const conduct = { silentAt: 1000 }
    const hash = world.remote.put(makeBytes(megabyte), conduct)
    const firstRequest = () => world.remote.requestsFor(hash)[0]
    const first = get(page, url(hash)).catch(() => "closed")
    await until(firstRequest, "the request")
    // Well again, but the first download still waits, and who comes at once waits with it.
    delete conduct.silentAt
    const begun = () => world.remote.requestsFor(hash).filter(({ range }) => range === undefined).length
    const later = []
    await until(
      () => {
        const asked = get(page, url(hash))
        asked.catch(() => undefined) // The page is closed before all have their answer.
        later.push(asked)
        return begun() > 1
      },
      "a second download",
      250,
    )
    const second = await Promise.any(later)
    assert.deepEqual([second.status, second.hash], [200, hash])
    assert.equal(firstRequest().isOver, false, "the first was still waiting")
    await page.close()
    await first
  })

  it("fails a request within a few idle timeouts", async () => {
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

  it("is read for a program that waits for the whole, when all others have left", async () => {
    // Far longer than an unread download is kept: half the idle timeout.
    const hash = world.remote.put(makeBytes(10 * megabyte), { bytesPerSecond: 3 * megabyte })
    const { page, url } = await open({ knows: "nothing" })
    const [status, size] = await page.evaluate(async (address) => {
      const leaver = new AbortController()
      const left = await fetch(address, { signal: leaver.signal })
      const waiting = globalThis.page.get(address, { Range: "bytes=0-99" })
      await left.body.getReader().read()
      leaver.abort()
      const answer = await waiting
      return [answer.status, answer.size]
    }, url(hash))
    assert.deepEqual([status, size], [206, 100])
    assert.equal(world.remote.requestsFor(hash).length, 1)
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

  it("gives no 304 for content that no place has", async () => {
    const { page, url } = await open({ source: null, knows: "nothing" })
    const got = await get(page, url("0".repeat(64)), { "If-None-Match": "*" })
    assert.equal(got.status, 404)
    await page.close()
  })
})
