/** Content that is not on this device: one page or one request downloads it, however many readers ask. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { makeBytes, sha256, startWorld, until } from "./support.mjs"

const megabyte = 1024 * 1024

describe("content that is not on this device", { timeout: 120_000 }, () => {
  let world
  before(async () => {
    world = await startWorld()
  })
  after(() => world?.close())

  const get = (page, ...args) => page.evaluate((given) => globalThis.page.get(...given), args)

  describe("with a page that has an engine", () => {
    it("asks the page once for fifty elements in three tabs, and not the remote", async () => {
      const bytes = makeBytes(50_000)
      const hash = world.remote.put(bytes)
      const { page, storeFolder, url } = await world.openControlled()
      const others = [await world.open(), await world.open()]
      await page.evaluate(
        ([folder, base64]) => {
          globalThis.wants = []
          globalThis.page.answerServiceWorker({
            storeFolder: folder,
            want: async (wanted) => {
              globalThis.wants.push(wanted)
              await new Promise((resolve) => setTimeout(resolve, 100))
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
      const results = await Promise.all(
        [page, ...others].map((tab) =>
          tab.evaluate(async (address) => {
            const answers = await Promise.all(Array.from({ length: 17 }, () => globalThis.page.get(address)))
            return answers.map(({ hash: got }) => got)
          }, url(hash)),
        ),
      )
      assert.deepEqual(new Set(results.flat()), new Set([hash]))
      assert.deepEqual(await page.evaluate(() => globalThis.wants), [hash])
      assert.equal(world.remote.requestsFor(hash).length, 0)
      for (const tab of [page, ...others]) await tab.close()
    })

    it("answers 404 when the page says NotFound and 503 for its other reasons", async () => {
      const { page, storeFolder, url } = await world.openControlled()
      await page.evaluate((folder) => {
        globalThis.page.answerServiceWorker({
          storeFolder: folder,
          want: async (hash) => ({ failed: hash.startsWith("0") ? "NotFound" : "Offline" }),
        })
      }, storeFolder)
      const missing = await get(page, url("0".repeat(64)))
      assert.deepEqual([missing.status, missing.text], [404, "NotFound"])
      const offline = await get(page, url("1".repeat(64)))
      assert.deepEqual(
        [offline.status, offline.text, offline.headers["cache-control"]],
        [503, "Offline", "no-store"],
      )
      await page.close()
    })

    it("goes to the remote when no page knows the content", async () => {
      const hash = world.remote.put(makeBytes(1000))
      const { page, storeFolder, url } = await world.openControlled()
      await page.evaluate(
        (folder) =>
          void globalThis.page.answerServiceWorker({ storeFolder: folder, want: async () => "unknown" }),
        storeFolder,
      )
      assert.equal((await get(page, url(hash))).hash, hash)
      await page.close()
    })

    it("goes to the remote when the page that promised the content is closed", async () => {
      const hash = world.remote.put(makeBytes(1000))
      const { page, storeFolder, url } = await world.openControlled()
      const reader = await world.open()
      await page.evaluate((folder) => {
        globalThis.page.answerServiceWorker({
          storeFolder: folder,
          want: () => {
            globalThis.wasAsked = true
            return new Promise(() => {})
          },
        })
      }, storeFolder)
      const answer = get(reader, url(hash))
      await page.waitForFunction(() => globalThis.wasAsked)
      await page.close()
      assert.equal((await answer).hash, hash)
      await reader.close()
    })

    it("hands on a large file while the page is still writing it, and its end only when the page has verified it", async () => {
      const { page, storeFolder, url } = await world.openControlled({ source: null })
      const bytes = makeBytes(3 * megabyte)
      const hash = sha256(bytes)
      world.routes["/large"] = { body: bytes, headers: { "Content-Type": "application/octet-stream" } }
      await page.evaluate(
        async ([folder, name]) => {
          const whole = new Uint8Array(await (await fetch("/large")).arrayBuffer())
          const write = globalThis.page.makeWriter()
          globalThis.steps = {}
          const step = (key) => new Promise((resolve) => (globalThis.steps[key] = resolve))
          globalThis.page.answerServiceWorker({
            storeFolder: folder,
            want: async (wanted, report) => {
              await write({ open: "growing", storeFolder: folder, sizeBytes: whole.length })
              for (let at = 0; at < whole.length; at += 1024 * 1024) {
                await write({ bytes: whole.slice(at, at + 1024 * 1024), at })
                report({ fileName: "growing", writtenBytes: at + 1024 * 1024, totalBytes: whole.length })
              }
              await step("verify")
              await write({ storeFolder: folder, hash: wanted })
              return "ready"
            },
          })
          globalThis.received = 0
          globalThis.reading = (async () => {
            const response = await fetch(`/livestore-filesync-files/${folder}/${name}`)
            globalThis.kept = response.headers.get("Cache-Control")
            const reader = response.body.getReader()
            const pieces = []
            for (let next = await reader.read(); !next.done; next = await reader.read()) {
              pieces.push(next.value)
              globalThis.received += next.value.length
            }
            return globalThis.page.sha256(new Blob(pieces))
          })()
        },
        [storeFolder, hash],
      )
      await page.waitForFunction((size) => globalThis.received === size - 1, bytes.length)
      assert.equal(await page.evaluate(() => globalThis.kept), "no-store")
      await page.evaluate(() => globalThis.steps.verify())
      assert.equal(await page.evaluate(() => globalThis.reading), hash)
      assert.equal((await get(page, url(hash))).headers.etag, `"${hash}"`)
      await page.close()
    })

    it("breaks the answer off when the page finds that the bytes were wrong", async () => {
      const { page, storeFolder, url } = await world.openControlled({ source: null })
      const outcome = await page.evaluate(
        async ([folder, address]) => {
          const write = globalThis.page.makeWriter()
          globalThis.page.answerServiceWorker({
            storeFolder: folder,
            want: async (_, report) => {
              await write({ open: "wrong", storeFolder: folder, sizeBytes: 1000 })
              await write({ bytes: new Uint8Array(1000), at: 0 })
              report({ fileName: "wrong", writtenBytes: 1000, totalBytes: 1000 })
              await new Promise((resolve) => setTimeout(resolve, 100))
              return { failed: "IntegrityMismatch" }
            },
          })
          const response = await fetch(address)
          return response.arrayBuffer().then(
            () => "whole",
            () => "broken",
          )
        },
        [storeFolder, url("a".repeat(64))],
      )
      assert.equal(outcome, "broken")
      await page.close()
    })
  })

  describe("with the remote alone", () => {
    it("fetches once for fifty readers, verifies, stores and then serves offline", async () => {
      const hash = world.remote.put(makeBytes(300_000), { bytesPerSecond: 2_000_000 })
      const { page, storeFolder, url } = await world.openControlled()
      const hashes = await page.evaluate(
        async (address) =>
          Promise.all(Array.from({ length: 50 }, async () => (await globalThis.page.get(address)).hash)),
        url(hash),
      )
      assert.deepEqual(new Set(hashes), new Set([hash]))
      assert.equal(world.remote.requestsFor(hash).length, 1)
      await until(
        () => page.evaluate((args) => globalThis.page.isStored(...args), [storeFolder, hash]),
        "storing",
      )
      await world.context.setOffline(true)
      const offline = await get(page, url(hash))
      await world.context.setOffline(false)
      assert.equal(offline.hash, hash)
      assert.equal(world.remote.requestsFor(hash).length, 1)
      assert.deepEqual(
        await page.evaluate((folder) => globalThis.page.listFolder([folder, "tmp"]), storeFolder),
        [],
      )
      await page.close()
    })

    it("sends the headers it was given, no token in the URL, and follows an app's own keys", async () => {
      const hash = world.remote.put(makeBytes(100))
      const { page, url } = await world.openControlled({
        knows: "nothing",
        source: { baseUrl: `${world.remote.origin}/api/`, headers: { Authorization: "Bearer t" } },
      })
      assert.equal((await get(page, url(hash))).hash, hash)
      const [request] = world.remote.requestsFor(hash)
      assert.equal(request.authorization, "Bearer t")
      assert.match(request.url, new RegExp(`^/api/files/store-\\d+/${hash}$`))
      const other = world.remote.put(makeBytes(100))
      const own = await world.openControlled({
        knows: "nothing",
        keyUrl: `${world.remote.origin}/own/{storeFolder}-x/{hash}`,
      })
      assert.equal((await get(own.page, own.url(other))).hash, other)
      assert.equal(world.remote.requestsFor(other)[0].url, `/own/${own.storeFolder}-x/${other}`)
      await page.close()
      await own.page.close()
    })

    it("fetches again when the bytes are wrong, and answers 502 and stores nothing when they stay wrong", async () => {
      const { page, storeFolder, url } = await world.openControlled({ knows: "nothing" })
      const once = world.remote.put(makeBytes(1000), { wrong: 1 })
      assert.equal((await get(page, url(once))).hash, once)
      const always = world.remote.put(makeBytes(1000), { wrong: 99 })
      const answer = await get(page, url(always))
      assert.deepEqual([answer.status, answer.text], [502, "IntegrityMismatch"])
      assert.equal(
        await page.evaluate((args) => globalThis.page.isStored(...args), [storeFolder, always]),
        false,
      )
      await page.close()
    })

    it("never completes a large answer whose bytes are wrong", async () => {
      const hash = world.remote.put(makeBytes(9 * megabyte), { wrong: 1 })
      const { page, storeFolder, url } = await world.openControlled({ knows: "nothing" })
      const read = () =>
        page.evaluate(async (address) => {
          const response = await fetch(address)
          return response.blob().then(
            (blob) => globalThis.page.sha256(blob),
            () => "broken",
          )
        }, url(hash))
      assert.equal(await read(), "broken")
      assert.equal(
        await page.evaluate((args) => globalThis.page.isStored(...args), [storeFolder, hash]),
        false,
      )
      assert.equal(await read(), hash)
      await page.close()
    })

    for (const [status, expected] of [
      [404, 404],
      [410, 404],
      [401, 403],
      [403, 403],
      [500, 503],
      [429, 503],
      [418, 503],
    ]) {
      it(`answers ${expected} when the remote says ${status}`, async () => {
        const hash = world.remote.put(makeBytes(10), { status })
        const { page, url } = await world.openControlled({ knows: "nothing" })
        assert.equal((await get(page, url(hash))).status, expected)
        assert.equal((await get(page, url(hash), {}, "HEAD")).status, expected)
        await page.close()
      })
    }

    it("answers 503 when the remote cannot be reached", async () => {
      const { page, url } = await world.openControlled({
        knows: "nothing",
        source: { baseUrl: "http://localhost:1" },
      })
      assert.equal((await get(page, url("b".repeat(64)))).status, 503)
      await page.close()
    })

    it("answers HEAD without downloading", async () => {
      const hash = world.remote.put(makeBytes(1234))
      const { page, url } = await world.openControlled({ knows: "nothing" })
      const answer = await get(page, `${url(hash)}?type=image/png`, {}, "HEAD")
      assert.deepEqual(
        [answer.status, answer.headers["content-length"], answer.headers["content-type"]],
        [200, "1234", "image/png"],
      )
      assert.deepEqual(
        world.remote.requestsFor(hash).map(({ method }) => method),
        ["HEAD"],
      )
      await page.close()
    })

    it("resumes a broken connection where it broke", async () => {
      const hash = world.remote.put(makeBytes(12 * megabyte), { breakAt: 5 * megabyte })
      const { page, url } = await world.openControlled({ knows: "nothing" })
      assert.equal((await get(page, url(hash))).hash, hash)
      const ranges = world.remote.requestsFor(hash).map(({ range }) => range)
      assert.equal(ranges.length, 2)
      assert.match(ranges[1], /^bytes=\d{6,}-$/)
      await page.close()
    })

    it("lets a slow and an aborted reader stop no other reader, with one request", async () => {
      const bytes = makeBytes(24 * megabyte)
      const hash = world.remote.put(bytes)
      const { page, storeFolder, url } = await world.openControlled({ knows: "nothing" })
      const result = await page.evaluate(async (address) => {
        const slow = (await fetch(address)).body.getReader()
        const aborter = new AbortController()
        const aborted = (await fetch(address, { signal: aborter.signal })).body.getReader()
        await aborted.read()
        await slow.read()
        aborter.abort()
        const fast = await globalThis.page.get(address)
        const pieces = []
        let size = 0
        for (let next = await slow.read(); !next.done; next = await slow.read()) {
          pieces.push(next.value)
          size += next.value.length
        }
        return { fast: fast.hash, slowSize: size }
      }, url(hash))
      assert.equal(result.fast, hash)
      assert.ok(result.slowSize > bytes.length - 2 * megabyte)
      assert.equal(world.remote.requestsFor(hash).length, 1)
      await until(
        () => page.evaluate((args) => globalThis.page.isStored(...args), [storeFolder, hash]),
        "storing",
      )
      await page.close()
    })

    it("ends a download when the user signs out, keeps nothing of it, and has no token any more", async () => {
      const bytes = makeBytes(24 * megabyte)
      const hash = world.remote.put(bytes, { bytesPerSecond: 12 * megabyte })
      const { page, storeFolder, url } = await world.openControlled({
        source: { baseUrl: world.remote.origin, headers: { Authorization: "Bearer of-the-one-who-left" } },
        knows: "nothing",
      })
      const result = await page.evaluate(
        async ([address, folder]) => {
          const reader = (await fetch(address)).body.getReader()
          await reader.read()
          const isForgotten = await globalThis.page.forgetFileSyncServiceWorker(folder)
          let ending
          try {
            while (!(await reader.read()).done);
            ending = "whole"
          } catch (error) {
            ending = error.name
          }
          const database = await new Promise((resolve) => {
            const opening = indexedDB.open("livestore-filesync-sw")
            opening.onsuccess = () => resolve(opening.result)
          })
          const kept = await new Promise((resolve) => {
            const asking = database.transaction("all").objectStore("all").getAll()
            asking.onsuccess = () => resolve(asking.result)
          })
          database.close()
          return {
            isForgotten,
            ending,
            status: (await fetch(address)).status,
            keepsToken: JSON.stringify(kept).includes("of-the-one-who-left"),
          }
        },
        [url(hash), storeFolder],
      )
      assert.deepEqual(result, { isForgotten: true, ending: "TypeError", status: 404, keepsToken: false })
      const requests = world.remote.requestsFor(hash)
      await until(() => requests.every(({ isOver }) => isOver), "the end of the request")
      assert.equal(requests.length, 1)
      assert.equal(
        await page.evaluate((args) => globalThis.page.isStored(...args), [storeFolder, hash]),
        false,
      )
      await page.close()
    })

    it("gives a program a part of a large file only after the whole was verified", async () => {
      const bytes = makeBytes(9 * megabyte)
      const hash = world.remote.put(bytes, { bytesPerSecond: 12 * megabyte })
      const { page, url } = await world.openControlled({ knows: "nothing" })
      const answer = await get(page, url(hash), { Range: "bytes=100-199" })
      assert.equal(answer.status, 206)
      assert.equal(answer.hash, sha256(bytes.subarray(100, 200)))
      assert.deepEqual(
        world.remote.requestsFor(hash).map(({ range }) => range),
        [undefined],
      )
      await page.close()
    })
  })

  it("asks again when an engine starts late, while a reader is still waiting", async () => {
    const { page, storeFolder, url } = await world.openControlled({ source: null })
    const text = "late"
    await page.evaluate(() => {
      globalThis.asked = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener("message", resolve, { once: true }),
      )
    })
    const answer = get(page, url(sha256(text)))
    await page.evaluate(
      async ([folder, content]) => {
        // The question was delivered to a page without an engine.
        await globalThis.asked
        globalThis.page.answerServiceWorker({
          storeFolder: folder,
          want: async () => {
            await globalThis.page.store(folder, content)
            return "ready"
          },
        })
      },
      [storeFolder, text],
    )
    assert.equal((await answer).text, text)
    await page.close()
  })
})
