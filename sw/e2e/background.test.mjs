/** What was saved and not uploaded when the last tab was closed, in a browser with Background Sync. */
import assert from "node:assert/strict"
import { createServer } from "node:http"
import { after, before, describe, it } from "node:test"
import { makeBytes, sha256, startWorld, until } from "./support.mjs"

const megabyte = 1024 * 1024

/** What travels to the page of a large content, which repeats it; no part is like another, because this is odd. */
const tileBytes = 65_537

const tileOf = (bytes) => (bytes.length > megabyte ? bytes.subarray(0, tileBytes) : bytes)

const makeLarge = (sizeBytes) => Buffer.alloc(sizeBytes, makeBytes(tileBytes))

/**
 * A remote that takes uploads by the protocol, and writes down every request. `objects` by key; `fail` = a status for
 * everything; `gate` = a promise that every answer waits for; `isSilent` = whether a request is never answered.
 */
const startBucket = async () => {
  const bucket = {
    objects: new Map(),
    uploads: new Map(),
    requests: [],
    fail: undefined,
    gate: undefined,
    isSilent: () => false,
  }
  const readBody = async (request) => Buffer.concat(await request.toArray())
  const digestOf = (bytes) => `sha-256=:${Buffer.from(sha256(bytes), "hex").toString("base64")}:`
  const answer = async (request) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost")
    const key = pathname.replace("/files/", "")
    const { method, headers } = request
    const isThere = bucket.objects.has(key)
    const contentHash = key.split("/").at(-1)
    const alreadyThere = [412, { reason: "AlreadyThere" }]
    if (method === "HEAD") return isThere ? [headers["if-none-match"] ? 304 : 200] : [204]
    if (searchParams.has("uploads")) {
      if (isThere) return alreadyThere
      bucket.uploads.set("up 1", new Map())
      return [201, { key, uploadId: "up 1", minPartBytes: 5 * megabyte }]
    }
    const parts = bucket.uploads.get(searchParams.get("uploadId"))
    const listed = () =>
      [...(parts ?? [])].map(([partNumber, bytes]) => ({
        partNumber,
        etag: sha256(bytes),
        sizeBytes: bytes.length,
      }))
    if (searchParams.has("uploadId") && parts === undefined) return [404, { reason: "UploadNotFound" }]
    if (method === "GET") return [200, { parts: listed() }]
    const body = await readBody(request)
    if (method === "PUT" && headers["content-digest"] !== digestOf(body)) return [400]
    if (method === "PUT" && parts !== undefined) {
      parts.set(Number(searchParams.get("partNumber")), body)
      return [200, listed().at(-1)]
    }
    if (method === "POST") {
      const whole = Buffer.concat(JSON.parse(body).parts.map(({ partNumber }) => parts.get(partNumber)))
      if (sha256(whole) !== contentHash) return [400]
      bucket.objects.set(key, whole)
      return [201, { key, contentHash }]
    }
    if (isThere) return alreadyThere
    bucket.objects.set(key, body)
    return [201, { key, contentHash }]
  }
  const server = createServer(async (request, response) => {
    const cors = {
      "Access-Control-Allow-Origin": request.headers.origin ?? "*",
      "Access-Control-Allow-Headers": "*, Authorization",
      "Access-Control-Allow-Methods": "*",
    }
    if (request.method === "OPTIONS") return response.writeHead(204, cors).end()
    const { method, url, headers } = request
    bucket.requests.push({ method, url, type: headers["content-type"], authorization: headers.authorization })
    await bucket.gate
    if (bucket.isSilent(request)) return request.resume()
    const [status, json] = bucket.fail === undefined ? await answer(request) : [bucket.fail]
    response.writeHead(status, cors).end(json === undefined ? undefined : JSON.stringify(json))
  })
  await new Promise((resolve) => server.listen(0, "localhost", resolve))
  bucket.origin = `http://localhost:${server.address().port}`
  bucket.close = () => {
    server.closeAllConnections()
    server.close()
  }
  return bucket
}

/** Runs in the worker: what the browser does at a Background Sync, with its end. */
const runSync = (tag) =>
  new Promise((resolve) => {
    const waitUntil = (work) =>
      work.then(
        () => resolve("done"),
        () => resolve("left"),
      )
    self.dispatchEvent(Object.assign(new Event("sync"), { tag, waitUntil }))
  })

describe("uploads after the last tab was closed", { timeout: 300_000 }, () => {
  let world
  let bucket
  before(async () => {
    world = await startWorld()
    bucket = await startBucket()
  })
  after(async () => {
    await world?.close()
    bucket?.close()
  })

  /** Lets the browser's Background Sync fire, from an empty page. */
  const makeSync = async () => {
    const elsewhere = await world.context.newPage()
    const session = await world.context.newCDPSession(elsewhere)
    const registrations = []
    session.on("ServiceWorker.workerRegistrationUpdated", (event) =>
      registrations.push(...event.registrations),
    )
    await session.send("ServiceWorker.enable")
    await until(() => registrations.length > 0, "a registration")
    const { registrationId } = registrations.find(({ scopeURL }) => scopeURL.startsWith(world.app.origin))
    return {
      sync: () =>
        session.send("ServiceWorker.dispatchSyncEvent", {
          origin: world.app.origin,
          registrationId,
          tag: "livestore-filesync:uploads",
          lastChance: false,
        }),
      done: () => elsewhere.close(),
    }
  }

  /** A store with these contents in its outbox, as the engine writes it; its page is closed again. */
  const leave = async (
    contents,
    { mayUpload = true, headers, worker, before: lines = [], after: last = [] } = {},
  ) => {
    const opened = await world.openControlled({
      source: { baseUrl: bucket.origin, ...(headers ? { headers } : {}) },
      mayUpload,
      ...(worker ? { worker } : {}),
    })
    const { page, storeFolder } = opened
    const hashes = []
    for (const bytes of contents) {
      hashes.push(
        await page.evaluate(
          ([folder, base64, sizeBytes]) => {
            const tile = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
            const whole = new Uint8Array(sizeBytes)
            for (let at = 0; at < sizeBytes; at += tile.length)
              whole.set(tile.subarray(0, sizeBytes - at), at)
            return globalThis.page.store(folder, whole)
          },
          [storeFolder, tileOf(bytes).toString("base64"), bytes.length],
        ),
      )
    }
    const saves = hashes.map((contentHash, at) => ({
      type: "save",
      id: `file-${at}`,
      mimeType: "image/png",
      contentHash,
      sizeBytes: contents[at].length,
    }))
    const journal = [...lines, ...saves, ...last.map((make) => make(saves))]
    await page.evaluate(
      ([folder, text]) => globalThis.page.writeFile([folder, "outbox"], "tab-1", text),
      [storeFolder, journal.map((entry) => `${JSON.stringify(entry)}\n`).join("")],
    )
    return { ...opened, hashes, keyOf: (hash) => `${storeFolder}/${hash}` }
  }

  it("are finished, and noted for the next page", async () => {
    const small = makeBytes(1000)
    const { page, storeFolder, hashes, keyOf } = await leave([small, makeBytes(300_000)], {
      headers: { Authorization: "Bearer kept" },
    })
    await page.close()
    const { sync, done } = await makeSync()
    await sync()
    await until(() => hashes.every((hash) => bucket.objects.has(keyOf(hash))), "the uploads")
    assert.equal(sha256(bucket.objects.get(keyOf(hashes[0]))), hashes[0])
    const puts = bucket.requests.filter(({ method }) => method === "PUT")
    assert.deepEqual(
      puts.map(({ type, authorization }) => [type, authorization]),
      hashes.map(() => ["image/png", "Bearer kept"]),
    )
    const opened = await world.open()
    await until(
      async () =>
        (await opened.evaluate((folder) => globalThis.page.listFolder([folder, "sent"]), storeFolder))
          .length === 2,
      "the notes",
    )
    await opened.close()
    await done()
  })

  it("leave alone what is settled, deleted, or of a store that was signed out, paused, or never asked", async () => {
    const contents = () => [makeBytes(100), makeBytes(200)]
    const settled = await leave(contents(), {
      after: [([{ id, contentHash }]) => ({ type: "settled", id, contentHash })],
    })
    const evicted = await leave(contents())
    await evicted.page.evaluate(
      (args) => globalThis.page.evict(...args),
      [evicted.storeFolder, evicted.hashes[0]],
    )
    const signedOut = await leave(contents())
    await signedOut.page.evaluate(
      (folder) => globalThis.page.forgetFileSyncServiceWorker(folder),
      signedOut.storeFolder,
    )
    const paused = await leave(contents(), { mayUpload: false })
    const left = [settled, evicted, signedOut, paused]
    for (const { page } of left) await page.close()
    const { sync, done } = await makeSync()
    await sync()
    const wanted = [settled, evicted].map(({ keyOf, hashes }) => keyOf(hashes[1]))
    await until(() => wanted.every((key) => bucket.objects.has(key)), "the uploads")
    await done()
    const there = left
      .flatMap(({ keyOf, hashes }) => hashes.map(keyOf))
      .filter((key) => bucket.objects.has(key))
    assert.deepEqual(there, wanted)
  })

  it("wait while a page has the store, and begin when it goes", async () => {
    const { page, storeFolder, hashes, keyOf } = await leave([makeBytes(100)])
    await page.evaluate(
      (folder) =>
        new Promise((held) => {
          navigator.locks.request(`livestore-filesync:${folder}`, () => {
            held()
            return new Promise(() => {})
          })
        }),
      storeFolder,
    )
    const { sync, done } = await makeSync()
    await sync()
    await until(
      () =>
        page.evaluate(
          async (name) => (await navigator.locks.query()).pending.some((lock) => lock.name === name),
          `livestore-filesync:${storeFolder}`,
        ),
      "the worker's wait",
    )
    assert.equal(bucket.requests.filter(({ url }) => url.includes(hashes[0])).length, 0)
    await page.close()
    await until(() => bucket.objects.has(keyOf(hashes[0])), "the upload")
    await done()
  })

  it("end when the user signs out, and never begin again", async () => {
    const { page, storeFolder, hashes, keyOf } = await leave([makeBytes(300_000), makeBytes(300_000)])
    await page.close()
    let open
    bucket.gate = new Promise((resolve) => (open = resolve))
    const { sync, done } = await makeSync()
    await sync()
    const asked = () => bucket.requests.filter(({ url }) => hashes.some((hash) => url.includes(hash))).length
    await until(() => asked() > 0, "the request")
    const leaver = await world.open()
    const isForgotten = await leaver.evaluate(
      (folder) => globalThis.page.forgetFileSyncServiceWorker(folder),
      storeFolder,
    )
    assert.equal(isForgotten, true)
    open()
    bucket.gate = undefined
    const other = await leave([makeBytes(100)])
    await other.page.close()
    await sync()
    await until(() => bucket.objects.has(other.keyOf(other.hashes[0])), "another store's upload")
    assert.equal(asked(), 1)
    assert.ok(hashes.every((hash) => !bucket.objects.has(keyOf(hash))))
    await leaver.close()
    await done()
  })

  it("stop at once when a page comes that wants to transfer itself", async () => {
    const { page, storeFolder, hashes, keyOf } = await leave([makeBytes(300_000)])
    await page.close()
    let open
    bucket.gate = new Promise((resolve) => (open = resolve))
    const { sync, done } = await makeSync()
    await sync()
    const isAsked = () => bucket.requests.some(({ url }) => url.includes(hashes[0]))
    await until(isAsked, "the request")
    const comer = await world.open()
    const isGranted = await comer.evaluate(
      (folder) => navigator.locks.request(`livestore-filesync:${folder}`, () => true),
      storeFolder,
    )
    open()
    bucket.gate = undefined
    assert.equal(isGranted, true)
    assert.equal(bucket.objects.has(keyOf(hashes[0])), false)
    await comer.close()
    await done()
  })

  it("go on with the parts of an upload that a page began, and leave theirs to the next page", async () => {
    const video = makeLarge(20 * megabyte)
    const partBytes = 8 * megabyte
    const contentHash = sha256(video)
    bucket.uploads.set("page 1", new Map([[1, video.subarray(0, partBytes)]]))
    const { page, keyOf } = await leave([video], {
      after: [() => ({ type: "multipart", contentHash, uploadId: "page 1", partBytes })],
    })
    await page.close()
    const first = bucket.requests.length
    const { sync, done } = await makeSync()
    await sync()
    await until(() => bucket.objects.has(keyOf(contentHash)), "the upload")
    const ofFilm = bucket.requests.slice(first).filter(({ url }) => url.includes(contentHash))
    const asked = ofFilm.map(({ method, url }) => `${method} ${url.split("?")[1]}`)
    assert.deepEqual(asked, [
      "GET uploadId=page%201",
      "PUT uploadId=page%201&partNumber=2",
      "PUT uploadId=page%201&partNumber=3",
      "POST uploadId=page%201",
    ])

    const other = makeLarge(17 * megabyte)
    const second = await leave([other])
    await second.page.close()
    await sync()
    await until(() => bucket.objects.has(second.keyOf(sha256(other))), "the second upload")
    const opened = await world.open()
    const journal = await opened.evaluate(
      ([folder, name]) => globalThis.page.readText([folder, "outbox"], name),
      [second.storeFolder, `worker-${sha256(other)}`],
    )
    assert.deepEqual(JSON.parse(journal), {
      type: "multipart",
      contentHash: sha256(other),
      uploadId: "up 1",
      partBytes,
    })
    await opened.close()
    await done()
  })

  it("are asked for again when the server is busy, and not when it says no", async () => {
    const { page, storeFolder, hashes, keyOf } = await leave([makeBytes(100), makeBytes(100)])
    await page.close()
    const { sync, done } = await makeSync()
    bucket.fail = 503
    const first = bucket.requests.length
    await sync()
    await until(() => bucket.requests.length === first + 2, "both tries")
    bucket.fail = 403
    await sync()
    await until(() => bucket.requests.length === first + 3, "the refused try")
    bucket.fail = undefined
    await sync()
    await until(() => hashes.every((hash) => bucket.objects.has(keyOf(hash))), "the uploads")
    assert.ok(storeFolder)
    await done()
  })

  it("end when the server falls silent, and leave the rest to a later try", async () => {
    const worker = "/filesync-sw.js?idle-timeout-ms=1000"
    const { page, hashes, keyOf } = await leave([makeBytes(1000), makeLarge(17 * megabyte)], { worker })
    await page.close()
    const serviceWorker = world.context
      .serviceWorkers()
      .find((one) => new URL(one.url()).search === "?idle-timeout-ms=1000")
    const sync = () => serviceWorker.evaluate(runSync, "livestore-filesync:uploads")
    const areThere = () => hashes.map((hash) => bucket.objects.has(keyOf(hash)))

    bucket.isSilent = () => true
    assert.deepEqual([await sync(), areThere()], ["left", [false, false]])
    bucket.isSilent = ({ method }) => method === "POST"
    assert.deepEqual([await sync(), areThere()], ["left", [true, false]], "the beginning of parts")
    bucket.isSilent = ({ method, url }) => method === "POST" && url.includes("uploadId=")
    assert.deepEqual([await sync(), areThere()], ["left", [true, false]], "the end of parts")
    bucket.isSilent = () => false
    assert.deepEqual([await sync(), areThere()], ["done", [true, true]])
  })
})
