/** The ready-made worker, registered and asked as an app does it; runs in every engine. */
import { expect } from "@esm-bundle/chai"
import { configureServiceWorker, forgetServiceWorkerStore } from "../src/service-worker/configure.js"
import { answerServiceWorker } from "../src/service-worker/page-answers.js"
import { registerFileSyncServiceWorker, type RegisterResult } from "../src/service-worker/register.js"
import { toContentDigest, toHex } from "../src/utils/content-hash.js"
import { hostileFiles } from "./e2e/hostile-files.mjs"
import { makeVideo } from "./e2e/make-video.js"
import { openMedia, playUntil, seek, showsSecond, untilShown } from "./e2e/play.js"
import type { MovableHandle } from "./store-content.js"

const storeFolder = `sw-${crypto.randomUUID()}`
const content = "0123456789abcdefghij"

const sha256 = async (bytes: BufferSource): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))

const fromLatin1 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))

const openFolder = async (...path: ReadonlyArray<string>): Promise<FileSystemDirectoryHandle> => {
  let folder = await navigator.storage.getDirectory()
  for (const name of ["livestore-filesync-files", ...path])
    folder = await folder.getDirectoryHandle(name, { create: true })
  return folder
}

/** Puts bytes where the engine would, at once and whole as it does; gives the hash. */
const store = async (bytes: Uint8Array<ArrayBuffer>, folderName = storeFolder): Promise<string> => {
  const hash = await sha256(bytes)
  const unfinished = await openFolder(folderName, "tmp")
  const handle = (await unfinished.getFileHandle(hash, { create: true })) as MovableHandle
  const writable = await handle.createWritable()
  await writable.write(bytes)
  await writable.close()
  await handle.move(await openFolder(folderName, hash.slice(0, 2)), hash)
  return hash
}

const urlOf = (hash: string, query = ""): string => `/livestore-filesync-files/${storeFolder}/${hash}${query}`

describe("the ready-made service worker", () => {
  let registered: RegisterResult
  let hash: string
  before(async function () {
    this.timeout(30_000)
    registered = await registerFileSyncServiceWorker({ stores: [{ storeFolder, source: null }] })
    hash = await store(fromLatin1(content))
  })
  after(async () => {
    if (registered.controlled) await registered.registration.unregister()
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("livestore-filesync-files")
    await root.removeEntry(storeFolder, { recursive: true })
  })

  const get = (query = "", headers: Record<string, string> = {}, method = "GET") =>
    fetch(urlOf(hash, query), { headers, method })

  it("controls the page when its registration is done", () => {
    expect(registered.controlled, JSON.stringify(registered)).to.equal(true)
    expect(navigator.serviceWorker.controller).not.to.equal(null)
  })

  it("answers as a good server does", async () => {
    const answer = await get("?type=image/png&name=a%20b.png")
    expect(answer.status).to.equal(200)
    expect(await answer.text()).to.equal(content)
    const headers = Object.fromEntries(answer.headers)
    expect(headers).to.include({
      etag: `"${hash}"`,
      "accept-ranges": "bytes",
      "content-length": "20",
      "content-type": "image/png",
      "content-disposition": 'inline; filename="a b.png"',
      "x-content-type-options": "nosniff",
    })
    expect(headers["cache-control"]).to.match(/immutable/)
    const head = await get("", {}, "HEAD")
    expect([head.status, head.headers.get("Content-Length"), await head.text()]).to.deep.equal([
      200,
      "20",
      "",
    ])
    expect((await get("", { "If-None-Match": `"${hash}"` })).status).to.equal(304)
  })

  for (const [range, status, contentRange, text] of [
    ["bytes=0-4", 206, "bytes 0-4/20", "01234"],
    ["bytes=15-", 206, "bytes 15-19/20", "fghij"],
    ["bytes=-3", 206, "bytes 17-19/20", "hij"],
    ["bytes=20-", 416, "bytes */20", ""],
    ["bytes=0-1,3-4", 200, null, content],
  ] as const) {
    it(`answers ${status} to Range: ${range}`, async () => {
      const answer = await get("", { Range: range })
      expect(answer.status).to.equal(status)
      expect(answer.headers.get("Content-Range")).to.equal(contentRange)
      expect(await answer.text()).to.equal(text)
    })
  }

  it("serves only stores that were registered, until they are forgotten", async () => {
    const other = `${storeFolder}-other`
    const secret = await store(fromLatin1("secret"), other)
    const ask = async () => (await fetch(`/livestore-filesync-files/${other}/${secret}`)).status
    expect(await ask()).to.equal(404)
    await configureServiceWorker({ storeFolder: other, source: null })
    expect(await ask()).to.equal(200)
    await forgetServiceWorkerStore(other)
    expect(await ask()).to.equal(404)
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("livestore-filesync-files")
    await root.removeEntry(other, { recursive: true })
  })

  it("asks the page's engine once for many who want what is not here", async () => {
    const text = fromLatin1("brought by the engine")
    const wanted = await sha256(text)
    let wants = 0
    const stop = answerServiceWorker({
      storeFolder,
      want: async () => {
        wants++
        await store(text)
        return "ready"
      },
    })
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(urlOf(wanted))).text()),
    )
    stop()
    expect([...new Set(answers)]).to.deep.equal(["brought by the engine"])
    expect(wants).to.equal(1)
  })

  it("fetches from a real backend by itself, verifies, and keeps what it fetched where it can", async function () {
    // The backend has to start first.
    this.timeout(60_000)
    const { url: backend } = await (await fetch("/__backend")).json()
    const bytes = crypto.getRandomValues(new Uint8Array(60_000))
    const wanted = await sha256(bytes)
    const put = await fetch(`${backend}/api/files/${storeFolder}/${wanted}`, {
      method: "PUT",
      headers: { "Content-Digest": toContentDigest(wanted), "If-None-Match": "*" },
      body: bytes,
    })
    expect(put.status).to.equal(201)
    await configureServiceWorker({ storeFolder, source: { baseUrl: `${backend}/api/` } })
    const stop = answerServiceWorker({ storeFolder, want: async () => "unknown" })
    const answer = await fetch(urlOf(wanted))
    stop()
    expect(await sha256(await answer.arrayBuffer())).to.equal(wanted)
  })

  it("lets a player of sound begin and seek", async function () {
    const player = document.createElement("audio")
    if (player.canPlayType("audio/wav") === "") this.skip()
    const seconds = 60
    const wav = new DataView(new ArrayBuffer(44 + 16_000 * seconds))
    const write = (at: number, text: string) =>
      fromLatin1(text).forEach((byte, index) => wav.setUint8(at + index, byte))
    write(0, "RIFF")
    wav.setUint32(4, wav.byteLength - 8, true)
    write(8, "WAVEfmt ")
    wav.setUint32(16, 16, true)
    wav.setUint16(20, 1, true)
    wav.setUint16(22, 1, true)
    wav.setUint32(24, 8000, true)
    wav.setUint32(28, 16_000, true)
    wav.setUint16(32, 2, true)
    wav.setUint16(34, 16, true)
    write(36, "data")
    wav.setUint32(40, 16_000 * seconds, true)
    const name = await store(new Uint8Array(wav.buffer))
    player.muted = true
    const happens = (type: string) =>
      new Promise((resolve, reject) => {
        player.addEventListener(type, resolve, { once: true })
        player.addEventListener("error", () => reject(new Error(`${player.error?.message}`)), { once: true })
      })
    const loaded = happens("loadedmetadata")
    player.src = urlOf(name, "?type=audio/wav")
    document.body.append(player)
    await loaded
    expect(Math.round(player.duration)).to.equal(seconds)
    for (const second of [50, 5]) {
      const sought = happens("seeked")
      player.currentTime = second
      await sought
      expect(player.currentTime).to.equal(second)
    }
    player.remove()
  })

  it("lets a video player begin, play, seek, and show the right frame", async function () {
    this.timeout(60_000)
    const seconds = 12
    const padding = 256 * 1024
    const filling = new Uint8Array(9 + padding)
    filling[0] = 0xec
    new DataView(filling.buffer).setBigUint64(1, BigInt(padding))
    filling[1] = 0x01
    const { head, clusters } = await makeVideo(seconds, padding)
    const video = new Blob([head, ...clusters.flatMap((cluster) => [cluster, filling])])
    const name = await store(new Uint8Array(await video.arrayBuffer()))
    const player = await openMedia("video", urlOf(name, "?type=video/webm"))
    await playUntil(player, 0.5)
    expect(Math.round(player.duration)).to.equal(seconds)
    await untilShown(player, Math.floor(player.currentTime))
    for (const second of [9, 2, 11]) {
      await seek(player, second + 0.5)
      await untilShown(player, second)
      expect(showsSecond(player, second - 1)).to.equal(false)
    }
    player.remove()
  })

  describe("with hostile files", () => {
    for (const [name, ownType, text] of hostileFiles) {
      it(`${name} runs nowhere`, async function () {
        this.timeout(20_000)
        const stored = await store(fromLatin1(text))
        const types = [ownType, "text/html", "image/svg+xml", "text/plain", ""]
        const addresses = types.map((type) =>
          urlOf(stored, `?${new URLSearchParams({ type, name: "x.html" })}`),
        )
        const elements = addresses.flatMap((address) =>
          (
            [
              ["iframe", "src"],
              ["img", "src"],
              ["script", "src"],
            ] as const
          ).map(([tag, attribute]) => {
            const element = document.createElement(tag)
            element.setAttribute(attribute, address)
            return element
          }),
        )
        const settled = elements.map(
          (element) =>
            new Promise((resolve) => {
              element.addEventListener("load", resolve)
              element.addEventListener("error", resolve)
              // A download that was begun in a frame ends in no event at all.
              setTimeout(resolve, 500)
            }),
        )
        document.body.append(...elements)
        await Promise.all(settled)
        for (const element of elements) element.remove()
        expect(localStorage.getItem(`pwned-${name}`)).to.equal(null)
        expect(document.cookie).not.to.include("pwned")
        expect(globalThis).not.to.have.property(`pwned-${name}`)
      })
    }
  })

  it("is replaced by another script of its own while a page is open, and serves on", async () => {
    const url = "/filesync-sw.js?another"
    const result = await registerFileSyncServiceWorker({ url, replaceOther: true })
    expect(result.controlled, JSON.stringify(result)).to.equal(true)
    expect(navigator.serviceWorker.controller?.scriptURL).to.equal(new URL(url, location.href).href)
    const answer = await get("", { Range: "bytes=15-" })
    expect([answer.status, await answer.text()]).to.deep.equal([206, "fghij"])
  })
})
