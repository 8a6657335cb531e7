import { expect } from "@esm-bundle/chai"
import { describePicture } from "../../src/thumbnails/worker/describe-picture.js"
import { firstPx } from "../../src/thumbnails/worker/longer-side.js"
import { ThumbnailFolder } from "../../src/thumbnails/worker/thumbnail-folder.js"
import { ThumbnailReader } from "../../src/thumbnails/thumbnail-reader.js"
import { PicturePool } from "../../src/thumbnails/picture-pool.js"
import { storeFolderName } from "../../src/utils/stored-path.js"
import { Bench, textFile } from "../support/bench.js"
import { digestOf } from "../support/made-blobs.js"
import { animatedPng, cornersOf, madeGif, madePicture, turnedJpeg } from "../support/made-pictures.js"
import { dropStored, listFolder, openStoreFolder, removeStoreFolder } from "../support/opfs.js"

const blobAt = async (url: string): Promise<Blob> => (await fetch(url)).blob()
const sizeOf = async (picture: Blob) => {
  const { width, height } = await createImageBitmap(picture)
  return { width, height }
}

describe("an engine and pictures", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  describe("that are saved", () => {
    it("notes their size and a tiny placeholder, and leaves the bytes alone", async () => {
      const { engine } = await bench.device()
      const photo = await madePicture(1200, 900)
      const id = await engine.saveFile(photo, { metadata: { caption: "A field" } })
      const record = engine.getFile(id)
      expect(record?.contentHash).to.equal(await digestOf(photo))
      expect(record?.metadata).to.include({ caption: "A field", width: 1200, height: 900 })
      const placeholder = record?.metadata?.["placeholder"] as string
      expect(placeholder).to.match(/^data:image\/(webp|png);base64,[\w+/=]+$/)
      expect(placeholder.length).to.be.lessThan(500)
      expect(await cornersOf(await blobAt(placeholder))).to.deep.equal(["green", "other", "other"])
      expect(await sizeOf(await blobAt(placeholder))).to.satisfy(
        (size: { width: number; height: number }) => size.width <= 20 && size.width > size.height,
      )
    })

    it("takes them the way their camera was held", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(await turnedJpeg(await madePicture(1200, 900)))
      const metadata = engine.getFile(id)?.metadata
      expect(metadata).to.include({ width: 900, height: 1200 })
      const placeholder = await blobAt(metadata?.["placeholder"] as string)
      expect(await cornersOf(placeholder)).to.deep.equal(["other", "green", "other"])
    })

    const kinds: ReadonlyArray<readonly [string, () => Promise<File>]> = [
      ["a PNG", () => madePicture(640, 320, "image/png")],
      ["a WebP", () => madePicture(640, 320, "image/webp")],
      ["a GIF", async () => madeGif()],
      ["a picture of one pixel", () => madePicture(1, 1, "image/png")],
    ]
    for (const [what, make] of kinds) {
      it(`does so for ${what}`, async function () {
        const picture = await make()
        // Where the browser writes another type, that one is tested already.
        if (
          picture.type === "image/webp" &&
          (await blobAt(URL.createObjectURL(picture))).type !== picture.type
        )
          this.skip()
        const { engine } = await bench.device()
        const metadata = engine.getFile(await engine.saveFile(picture))?.metadata
        expect(metadata).to.include(await sizeOf(picture))
        expect(metadata?.["placeholder"]).to.be.a("string")
      })
    }

    it("describes each of many", async () => {
      const { engine } = await bench.device()
      const photos = await Promise.all([1, 2, 3, 4, 5].map((at) => madePicture(300, 100 * at)))
      const ids = await engine.saveFiles(photos)
      expect(ids.map((id) => engine.getFile(id)?.metadata?.["height"])).to.deep.equal([
        100, 200, 300, 400, 500,
      ])
    })

    it("keeps what the app says about them", async () => {
      const { engine } = await bench.device()
      const mine = { width: 1, height: 2, placeholder: "mine" }
      const id = await engine.saveFile(await madePicture(300, 200), { metadata: mine })
      expect(engine.getFile(id)?.metadata).to.deep.equal(mine)
    })

    const without: ReadonlyArray<readonly [string, () => Promise<File>]> = [
      ["a text", async () => textFile("words")],
      [
        "a drawing",
        async () =>
          new File(["<svg xmlns='http://www.w3.org/2000/svg'/>"], "a.svg", { type: "image/svg+xml" }),
      ],
      ["a broken picture", async () => new File(["not a picture"], "a.jpg", { type: "image/jpeg" })],
      [
        "half a picture",
        async () => {
          const whole = await madePicture(300, 200, "image/png")
          return new File([whole.slice(0, 60)], "half.png", { type: "image/png" })
        },
      ],
      ["an empty picture", async () => new File([], "empty.jpg", { type: "image/jpeg" })],
      ["an unknown type", async () => new File(["x"], "a.xyz", { type: "image/x-unknown" })],
    ]
    for (const [what, make] of without) {
      it(`saves ${what} without`, async () => {
        const { engine } = await bench.device()
        const file = await make()
        const id = await engine.saveFile(file)
        expect(engine.getFile(id)?.metadata).to.equal(null)
        expect(await digestOf(await engine.readFile(id))).to.equal(await digestOf(file))
      })
    }

    it("leaves out what the app's own metadata has no room for", async () => {
      const { engine } = await bench.device()
      const metadata = { story: "x".repeat(4_000) }
      const id = await engine.saveFile(await madePicture(300, 200), { metadata })
      expect(engine.getFile(id)?.metadata).to.deep.equal({ ...metadata, width: 300, height: 200 })
    })

    it("describes new content, and keeps the rest", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(await madePicture(300, 200), { metadata: { caption: "A field" } })
      const before = engine.getFile(id)?.metadata
      await engine.updateFile(id, await madePicture(200, 300, "image/jpeg", 200))
      const after = engine.getFile(id)?.metadata
      expect(after).to.include({ caption: "A field", width: 200, height: 300 })
      expect(after?.["placeholder"]).not.to.equal(before?.["placeholder"])
      await engine.updateFile(id, textFile("words"))
      expect(engine.getFile(id)?.metadata).to.deep.equal({ caption: "A field" })
    })

    it("describes the picture that a restored version is, and no longer the one that it replaces", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(await madePicture(300, 200), { metadata: { caption: "A field" } })
      const first = engine.getFile(id)
      await engine.updateFile(id, await madePicture(200, 400, "image/jpeg", 200))
      await engine.restoreVersion(id, first?.contentHash ?? "")
      expect(engine.getFile(id)?.metadata).to.deep.equal(first?.metadata)
    })

    it("describes a picture that replaces a text, beside the app's metadata", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(textFile("words"), { metadata: { caption: "A field" } })
      await engine.updateFile(id, await madePicture(300, 200))
      expect(engine.getFile(id)?.metadata).to.include({ caption: "A field", width: 300, height: 200 })
    })

    it("describes nothing when a text is restored in the place of a picture", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(textFile("words"), { metadata: { caption: "A field" } })
      const first = engine.getFile(id)
      await engine.updateFile(id, await madePicture(300, 200))
      expect(engine.getFile(id)?.metadata).to.include({ width: 300 })
      await engine.restoreVersion(id, first?.contentHash ?? "")
      expect(engine.getFile(id)?.metadata).to.deep.equal({ caption: "A field" })
    })

    it("describes a restored picture again whose bytes are elsewhere", async () => {
      const device = await bench.device()
      const { engine } = device
      const id = await engine.saveFile(await madePicture(300, 200), { metadata: { caption: "A field" } })
      const { contentHash: first = "", metadata } = engine.getFile(id) ?? {}
      await device.until("the first is remote", () => engine.getFileState(id).remote)
      await engine.updateFile(id, await madePicture(200, 400, "image/jpeg", 200))
      await dropStored(engine.storeId, first)
      await engine.restoreVersion(id, first)
      expect(metadata).to.include({ caption: "A field", width: 300 })
      expect(engine.getFile(id)).to.deep.include({ contentHash: first, metadata })
    })

    it("does none of it when pictures are switched off", async () => {
      const { engine } = await bench.device({ pictures: false })
      const id = await engine.saveFile(await madePicture(1200, 900))
      expect(engine.getFile(id)?.metadata).to.equal(null)
      expect(await engine.getThumbnail(id, { longSidePx: 200 })).to.equal(undefined)
    })
  })

  describe("that are shown small", () => {
    it("makes a copy as large as needed, and not twice as large where it was not there from the start", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(await madePicture(1600, 1200))
      for (const longSidePx of [50, 128, 300, 400, 600]) {
        const thumbnail = await engine.getThumbnail(id, { longSidePx })
        expect(thumbnail).to.include({ width: 1600, height: 1200 })
        const { width, height } = await sizeOf(await blobAt(thumbnail?.url ?? ""))
        expect(width).to.be.within(longSidePx, Math.max(firstPx(devicePixelRatio), longSidePx * 2))
        expect(Math.abs(height - width * 0.75)).to.be.at.most(1)
      }
    })

    it("shows them the way their camera was held, and keeps what is transparent", async () => {
      const { engine } = await bench.device()
      const turned = await engine.saveFile(await turnedJpeg(await madePicture(1600, 1200)))
      const thumbnail = await engine.getThumbnail(turned, { longSidePx: 200 })
      expect(thumbnail).to.include({ width: 1200, height: 1600 })
      const copy = await blobAt(thumbnail?.url ?? "")
      expect((await sizeOf(copy)).height).to.be.greaterThan(200)
      expect(await cornersOf(copy)).to.deep.equal(["other", "green", "other"])

      const glass = new OffscreenCanvas(800, 800)
      glass.getContext("2d")?.fillRect(0, 0, 400, 400)
      const clear = await engine.saveFile(
        new File([await glass.convertToBlob({ type: "image/png" })], "glass.png", { type: "image/png" }),
      )
      const bitmap = await createImageBitmap(
        await blobAt((await engine.getThumbnail(clear, { longSidePx: 200 }))?.url ?? ""),
      )
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")
      context?.drawImage(bitmap, 0, 0)
      expect(context?.getImageData(bitmap.width - 5, 5, 1, 1).data[3]).to.equal(0)
    })

    const better: ReadonlyArray<readonly [string, () => Promise<File>]> = [
      ["a picture hardly larger", () => madePicture(350, 200)],
      ["a GIF", async () => madeGif()],
      ["a PNG that moves", () => animatedPng(1600, 1200)],
      [
        "a drawing",
        async () =>
          new File(["<svg xmlns='http://www.w3.org/2000/svg'/>"], "a.svg", { type: "image/svg+xml" }),
      ],
      ["a broken picture", async () => new File(["not a picture"], "a.jpg", { type: "image/jpeg" })],
      ["a text", async () => textFile("words")],
    ]
    for (const [what, make] of better) {
      it(`has no copy of ${what}`, async () => {
        const { engine } = await bench.device()
        const id = await engine.saveFile(await make())
        expect(await engine.getThumbnail(id, { longSidePx: 200 })).to.equal(undefined)
      })
    }

    it("has none of an unknown file", async () => {
      const { engine } = await bench.device()
      expect(await engine.getThumbnail("nobody", { longSidePx: 200 })).to.equal(undefined)
    })

    it("makes one of the size that is needed where none is stored", async () => {
      const { engine } = await bench.device({ fileSystem: "memory" })
      const id = await engine.saveFile(await madePicture(1600, 1200))
      for (const longSidePx of [50, 128, 150, 400]) {
        const thumbnail = await engine.getThumbnail(id, { longSidePx })
        const { width } = await sizeOf(await blobAt(thumbnail?.url ?? ""))
        expect(width).to.be.within(Math.max(128, longSidePx), Math.max(128, longSidePx * 2))
      }
    })

    it("takes their URLs back, and all of them at the end", async () => {
      const { engine } = await bench.device()
      const id = await engine.saveFile(await madePicture(1600, 1200))
      const [one, other] = await Promise.all(
        [200, 400].map((longSidePx) => engine.getThumbnail(id, { longSidePx })),
      )
      engine.releaseFileUrl(one?.url ?? "")
      const isGone = (url: string | undefined) =>
        fetch(url ?? "").then(
          () => false,
          () => true,
        )
      expect([await isGone(one?.url), await isGone(other?.url)]).to.deep.equal([true, false])
      await engine.dispose()
      expect(await isGone(other?.url)).to.equal(true)
    })

    it("has a copy of every picture as soon as it is saved, made of the same decoded picture", async () => {
      const device = await bench.device()
      const { engine } = device
      const id = await engine.saveFile(await madePicture(1600, 1200))
      const contentHash = engine.getFile(id)?.contentHash ?? ""
      const folder = await ThumbnailFolder.open(storeFolderName(engine.storeId))
      let kept: number | undefined
      await device.until("it is kept", () => {
        void folder.find(contentHash, 128).then((found) => (kept = found?.bytes.size))
        return kept !== undefined
      })
      // The bytes cannot be read any more: what is shown is what was kept.
      await dropStored(engine.storeId, contentHash)
      for (const longSidePx of [40, 200, 320]) {
        const thumbnail = await engine.getThumbnail(id, { longSidePx })
        expect(thumbnail).to.include({ width: 1600, height: 1200 })
        expect((await blobAt(thumbnail?.url ?? "")).size).to.equal(kept)
      }
    })

    for (const [what, make] of [
      ["a picture hardly larger than that", () => madePicture(600, 400)],
      ["a PNG that moves", () => animatedPng(1600, 1200)],
    ] as const) {
      it(`makes no such copy of ${what}`, async () => {
        const picture = await make()
        const request = { type: "describe", picture, mimeType: picture.type, firstPx: 362 } as const
        expect(await (await describePicture(request)).first()).to.equal(null)
      })
    }

    it("keeps copies on disk for the next page, where nothing takes them for content", async () => {
      const device = await bench.device()
      const { engine } = device
      const id = await engine.saveFile(await madePicture(1600, 1200))
      await engine.getThumbnail(id, { longSidePx: 200 })
      const { storeId } = engine
      const contentHash = engine.getFile(id)?.contentHash ?? ""
      const folder = await ThumbnailFolder.open(storeFolderName(storeId))
      let kept = 0
      await device.until("it is kept", () => {
        void folder.find(contentHash, 200).then((found) => (kept = found?.bytes.size ?? 0))
        return kept > 0
      })
      const known = await madePicture(256, 192, "image/jpeg", 300)
      await folder.keep(contentHash, 256, { bytes: known, width: 1600, height: 1200 })
      const again = await engine.getThumbnail(id, { longSidePx: 200 })
      expect(await digestOf(await blobAt(again?.url ?? ""))).to.equal(await digestOf(known))
      const report = await engine.verify()
      expect(report).to.deep.include({ orphaned: [], corrupt: [], missing: [] })
      await engine.repair()
      expect(await listFolder(storeId, "thumbs")).to.deep.equal([contentHash])
    })

    it("removes copies with the content they were made of", async () => {
      const device = await bench.device()
      const { engine } = device
      const id = await engine.saveFile(await madePicture(1600, 1200))
      const contentHash = engine.getFile(id)?.contentHash ?? ""
      const folder = await ThumbnailFolder.open(storeFolderName(engine.storeId))
      await folder.keep(contentHash, 256, { bytes: await madePicture(256, 192), width: 1600, height: 1200 })
      expect(await listFolder(engine.storeId, "thumbs")).to.deep.equal([contentHash])
      await device.until("it is remote", () => engine.getFileState(id).remote)
      await engine.evict(id)
      expect(await listFolder(engine.storeId, "thumbs")).to.deep.equal([])
    })
  })
})

describe("ThumbnailFolder", () => {
  const storeId = "thumbnails-test"
  const folderName = storeFolderName(storeId)
  afterEach(() => removeStoreFolder(storeId))

  const keepContent = async (contentHash: string) => {
    const shard = await (await openStoreFolder(storeId)).getDirectoryHandle(contentHash.slice(0, 2), {
      create: true,
    })
    await shard.getFileHandle(contentHash, { create: true })
  }
  const bytesOf = (sizeBytes: number) =>
    new Blob([new Uint8Array(sizeBytes).fill(0xff)], { type: "image/jpeg" })
  const hashOf = (digit: number) => String(digit).repeat(64)

  it("gives the smallest that is large enough, and none that is twice as large or more", async () => {
    const folder = await ThumbnailFolder.open(folderName)
    for (const px of [181, 362, 1024])
      await folder.keep(hashOf(1), px, { bytes: bytesOf(px), width: 4000, height: 3000 })
    const found = async (px: number) => (await folder.find(hashOf(1), px))?.bytes.size
    expect([
      await found(128),
      await found(181),
      await found(256),
      await found(512),
      await found(400),
    ]).to.deep.equal([181, 181, 362, 1024, undefined])
    expect(await folder.find(hashOf(2), 128)).to.equal(undefined)
  })

  it("forgets the oldest beyond its bytes, and what belongs to no content", async () => {
    const folder = await ThumbnailFolder.open(folderName, 1_000)
    for (const digit of [1, 2, 3, 4]) {
      if (digit !== 4) await keepContent(hashOf(digit))
      await folder.keep(hashOf(digit), 128, { bytes: bytesOf(400), width: 9, height: 9 })
      // Their times on disk must differ.
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await folder.trim()
    const isKept = await Promise.all(
      [1, 2, 3, 4].map(async (digit) => (await folder.find(hashOf(digit), 128)) !== undefined),
    )
    expect(isKept).to.deep.equal([false, true, true, false])
  })
})

describe("ThumbnailReader", () => {
  const storeId = "thumbnail-reader-test"
  afterEach(() => removeStoreFolder(storeId))

  for (const [where, start] of [
    ["in a worker", undefined],
    [
      "on the page, where no worker can be started",
      () => {
        throw new DOMException("refused", "SecurityError")
      },
    ],
  ] as const) {
    it(`finds what is kept, and nothing else, ${where}`, async () => {
      const folderName = storeFolderName(storeId)
      const contentHash = "1".repeat(64)
      const bytes = await madePicture(256, 192, "image/jpeg", 300)
      const thumbnail = { bytes, width: 1600, height: 1200 }
      await (await ThumbnailFolder.open(folderName)).keep(contentHash, 256, thumbnail)
      const reader = new ThumbnailReader(folderName, start)
      const [found, other] = await Promise.all([
        reader.find(contentHash, 200),
        reader.find("2".repeat(64), 200),
      ])
      expect(found).to.include({ width: 1600, height: 1200 })
      expect(await digestOf(await blobAt(found?.url ?? ""))).to.equal(await digestOf(bytes))
      expect(other).to.equal(undefined)
      URL.revokeObjectURL(found?.url ?? "")
      reader.end()
    })
  }

  it("says that there is nothing when it ends meanwhile, or its worker cannot run", async () => {
    const ended = new ThumbnailReader(storeFolderName(storeId))
    const asked = ended.find("1".repeat(64), 200)
    ended.end()
    expect(await asked).to.equal(undefined)
    const broken = new ThumbnailReader(
      storeFolderName(storeId),
      () => new Worker(URL.createObjectURL(new Blob(["throw new Error()"]))),
    )
    expect(await broken.find("1".repeat(64), 200)).to.equal(undefined)
    broken.end()
  })
})

describe("PicturePool", () => {
  const request = async () =>
    ({
      type: "describe",
      picture: await madePicture(300, 200),
      mimeType: "image/jpeg",
      firstPx: undefined,
    }) as const

  it("makes nothing, and says so at once, where no worker can be started", async () => {
    const refused = new PicturePool(() => {
      throw new DOMException("refused", "SecurityError")
    })
    expect(await refused.ask(await request())).to.equal(null)
    const broken = new PicturePool(() => new Worker(URL.createObjectURL(new Blob(["throw new Error()"]))))
    expect(await Promise.all([broken.ask(await request()), broken.ask(await request())])).to.deep.equal([
      null,
      null,
    ])
  })

  it("reports no error of a worker that was given up with another one", async () => {
    const workers: EventTarget[] = []
    const pool = new PicturePool(() => {
      const worker = Object.assign(new EventTarget(), { postMessage() {}, terminate() {}, onerror: null })
      worker.addEventListener("error", (event) =>
        (worker as unknown as Worker).onerror?.(event as ErrorEvent),
      )
      workers.push(worker)
      return worker as unknown as Worker
    })
    const answers = [pool.ask(await request()), pool.ask(await request())]
    const faults = workers.map((worker) => {
      const fault = new ErrorEvent("error", { cancelable: true })
      worker.dispatchEvent(fault)
      return fault.defaultPrevented
    })
    expect(faults).to.deep.equal([true, true])
    expect(await Promise.all(answers)).to.deep.equal([null, null])
  })

  it("does not begin a request that was aborted while it waited", async () => {
    const pool = new PicturePool()
    const asked = await request()
    const abort = new AbortController()
    const first = Array.from({ length: 4 }, () => pool.ask(asked))
    const last = pool.ask(
      { ...asked, type: "thumbnail", contentHash: "x", longSidePx: 50, storeFolder: undefined },
      { signal: abort.signal },
    )
    abort.abort()
    expect(await last).to.equal(null)
    expect((await Promise.all(first)).every((answer) => answer !== null)).to.equal(true)
    const end = pool.ask(asked)
    pool.end()
    expect(await end).to.equal(null)
  })
})
