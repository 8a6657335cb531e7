import { expect } from "@esm-bundle/chai"
import { isAnimated } from "../thumbnails/worker/is-animated.js"
import { pictureSize } from "../thumbnails/worker/picture-size.js"
import { crc32 } from "../utils/crc32.js"
import { orientationBlock } from "../utils/exif.js"
import { imagePreprocessor, stripImageMetadata } from "./index.js"

const gps = "GPS-52.5200N-13.4050E"
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const number = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, at) => (value >>> (8 * (length - 1 - at))) & 255)
const concat = async (...parts: ReadonlyArray<Uint8Array<ArrayBuffer> | Blob | ArrayBuffer>) =>
  new Uint8Array(await new Blob([...parts]).arrayBuffer())

const drawn = async (type: string, { width = 60, height = 40, hole = false } = {}): Promise<Blob> => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d")
  if (context === null) throw new Error("no canvas")
  for (let at = 0; at < width; at++) {
    context.fillStyle = `rgb(${(at * 37) % 256} ${(at * 91) % 256} ${(at * 11) % 256})`
    context.fillRect(at, 0, 1, height)
  }
  if (hole) context.clearRect(width / 4, height / 4, width / 2, height / 2)
  return canvas.convertToBlob({ type, quality: 0.9 })
}

const pixels = async (picture: Blob): Promise<ImageData> => {
  const bitmap = await createImageBitmap(picture)
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext("2d")
  if (context === null) throw new Error("no canvas")
  context.drawImage(bitmap, 0, 0)
  return context.getImageData(0, 0, bitmap.width, bitmap.height)
}

const isSame = async (one: Blob, other: Blob) => {
  const [before, after] = [await pixels(one), await pixels(other)]
  expect([after.width, after.height]).to.deep.equal([before.width, before.height])
  expect(after.data.every((value, at) => value === before.data[at])).to.equal(true)
}

const segment = (marker: number, data: Uint8Array<ArrayBuffer>) =>
  concat(Uint8Array.of(0xff, marker), number(data.length + 2, 2), data)
const chunk = async (type: string, data: Uint8Array<ArrayBuffer>) => {
  const body = await concat(bytesOf(type), data)
  return concat(number(data.length, 4), body, number(crc32(body), 4))
}

/** A photo as cameras make them: turned, with its place in Exif, XMP, IPTC and a preview behind its end. */
const photo = async (orientation = 6): Promise<File> => {
  const jpeg = await (await drawn("image/jpeg")).arrayBuffer()
  const exif = await concat(bytesOf("Exif\0\0"), orientationBlock(orientation), bytesOf(gps))
  const parts = [
    jpeg.slice(0, 2),
    await segment(0xe1, exif),
    await segment(0xe1, await concat(bytesOf("http://ns.adobe.com/xap/1.0/\0"), bytesOf(gps))),
    await segment(0xed, bytesOf(`Photoshop 3.0\0${gps}`)),
    await segment(0xfe, bytesOf(gps)),
    jpeg.slice(2),
    jpeg,
    bytesOf(gps),
  ]
  return new File([await concat(...parts)], "IMG_1.jpg", { type: "image/jpeg" })
}

const png = async (extra: ReadonlyArray<Uint8Array<ArrayBuffer>>, hole = false): Promise<File> => {
  const plain = await (await drawn("image/png", { hole })).arrayBuffer()
  const made = await concat(plain.slice(0, 33), ...extra, plain.slice(33), bytesOf(gps))
  return new File([made], "a.png", { type: "image/png" })
}

const webp = async (): Promise<File> => {
  const plain = new Uint8Array(await (await drawn("image/webp")).arrayBuffer())
  const hasHeader = plain[15] === 0x58
  const header = await concat(bytesOf("VP8X"), Uint8Array.of(10, 0, 0, 0, 0x0c, 0, 0, 0, 59, 0, 0, 39, 0, 0))
  const exif = await concat(
    bytesOf("EXIF"),
    Uint8Array.of(48, 0, 0, 0),
    orientationBlock(1),
    bytesOf(`${gps} `),
  )
  const body = await concat(...(hasHeader ? [] : [header]), plain.slice(12), exif)
  const size = body.length + 4
  const riff = Uint8Array.of(size & 255, (size >> 8) & 255, (size >> 16) & 255, 0)
  return new File([await concat(bytesOf("RIFF"), riff, bytesOf("WEBP"), body)], "a.webp", {
    type: "image/webp",
  })
}

describe("stripImageMetadata", () => {
  const strip = stripImageMetadata()
  const cases: ReadonlyArray<readonly [what: string, make: () => Promise<File>]> = [
    ["a turned JPEG", photo],
    ["an upright JPEG", () => photo(1)],
    [
      "a turned PNG",
      async () =>
        png([
          await chunk("eXIf", await concat(orientationBlock(6), bytesOf(gps))),
          await chunk("tEXt", bytesOf(`Comment\0${gps}`)),
          await chunk("iTXt", bytesOf(`XML:com.adobe.xmp\0${gps}`)),
        ]),
    ],
    ["a PNG with holes", async () => png([await chunk("tEXt", bytesOf(`a\0${gps}`))], true)],
    ["a WebP", webp],
  ]
  for (const [what, make] of cases) {
    it(`removes the place from ${what}, and changes neither pixels nor orientation`, async () => {
      const file = await make()
      expect(await file.text()).to.include(gps)
      const made = await strip(file)
      expect(made.type).to.equal(file.type)
      expect(await made.text()).not.to.include("GPS")
      expect(made.size).to.be.lessThan(file.size)
      await isSame(file, made)
    })
  }

  it("returns a picture without metadata, and a file that is no picture, unchanged", async () => {
    const plain = new File([await drawn("image/jpeg")], "a.jpg", { type: "image/jpeg" })
    const once = await strip(plain)
    expect(once.size).to.be.at.most(plain.size)
    const text = new File(["a"], "a.txt", { type: "text/plain" })
    expect(await strip(text)).to.equal(text)
  })

  it("refuses what it cannot strip, instead of letting the place leave", async () => {
    const heic = new File(["\0\0\0\x18ftypheic"], "a.heic", { type: "image/heic" })
    const damaged = new File(
      [await concat(Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0x7f, 0xff), bytesOf(gps))],
      "a.jpg",
      {
        type: "image/jpeg",
      },
    )
    for (const file of [heic, damaged]) {
      let failure: unknown
      await strip(file).catch((error: unknown) => (failure = error))
      expect(failure).to.be.instanceOf(TypeError)
    }
  })
})

describe("imagePreprocessor", () => {
  it("scales, upright and without metadata, and never enlarges", async () => {
    const shrink = imagePreprocessor({ maxSide: 30 })
    const file = await photo()
    const made = await shrink(file)
    expect(await pictureSize(made)).to.deep.equal({ width: 20, height: 30 })
    expect(await made.text()).not.to.include("GPS")
    const small = await imagePreprocessor({ maxSide: 3_000 })(file)
    await isSame(file, small)
  })

  it("keeps transparency: makes no JPEG of a transparent picture", async () => {
    const convert = imagePreprocessor({ format: "image/jpeg" })
    const made = await convert(await png([await chunk("tEXt", bytesOf(`a\0${"x".repeat(9_000)}`))], true))
    expect(made.type).to.equal("image/png")
    const { data, width } = await pixels(made)
    expect(data[(20 * width + 30) * 4 + 3]).to.equal(0)
  })

  it("decodes no picture with too many pixels", async () => {
    const huge = await concat(
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      await chunk("IHDR", await concat(number(20_000, 4), number(20_000, 4), Uint8Array.of(8, 2, 0, 0, 0))),
      await chunk("tEXt", bytesOf(gps)),
      await chunk("IEND", new Uint8Array()),
    )
    const file = new File([huge], "huge.png", { type: "image/png" })
    const made = await imagePreprocessor({ maxSide: 100 })(file)
    expect(await pictureSize(made)).to.deep.equal({ width: 20_000, height: 20_000 })
    expect(await made.text()).not.to.include("GPS")
  })

  it("refuses numbers that make no sense", () => {
    expect(() => imagePreprocessor({ maxSide: 0 })).to.throw("maxSide")
    expect(() => imagePreprocessor({ quality: 80 })).to.throw("quality")
  })
})

describe("PNG pictures", () => {
  it("are as large as the browser shows them when they are rotated", async () => {
    const turned = await png([await chunk("eXIf", orientationBlock(6))])
    const { width, height } = await createImageBitmap(turned)
    expect(await pictureSize(turned)).to.deep.equal({ width, height })
  })

  it("count as animated also when a long text chunk comes before the animation's", async () => {
    const note = await chunk("tEXt", new Uint8Array(70_000).fill(65))
    expect(await isAnimated(await png([note, await chunk("acTL", new Uint8Array(8))]))).to.equal(true)
    expect(await isAnimated(await png([note]))).to.equal(false)
  })
})
