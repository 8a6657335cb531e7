import { expect } from "@esm-bundle/chai"
import { pictureSize } from "./picture-size.js"

const made = async (type: string): Promise<Blob> => {
  const canvas = new OffscreenCanvas(37, 21)
  canvas.getContext("2d")?.fillRect(0, 0, 20, 20)
  return await canvas.convertToBlob({ type })
}

/** The JPEG with an Exif head that says how the camera was held. */
const held = async (orientation: number, little: boolean): Promise<Blob> => {
  const exif = new DataView(new ArrayBuffer(36))
  const [app1, exifMark] = [0xffe1, 0x45786966]
  exif.setUint16(0, app1)
  exif.setUint16(2, 34)
  exif.setUint32(4, exifMark)
  exif.setUint16(10, little ? 0x4949 : 0x4d4d)
  exif.setUint16(12, 42, little)
  exif.setUint32(14, 8, little)
  exif.setUint16(18, 1, little)
  exif.setUint16(20, 0x0112, little)
  exif.setUint16(22, 3, little)
  exif.setUint32(24, 1, little)
  exif.setUint16(28, orientation, little)
  const jpeg = await made("image/jpeg")
  const joined = new Blob([jpeg.slice(0, 2), exif, jpeg.slice(2)])
  // In one piece: Firefox decodes no bitmap from a blob of several.
  return new Blob([await joined.arrayBuffer()], { type: "image/jpeg" })
}

const gif = () => new Blob([Uint8Array.from([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 37, 0, 21, 0, 0, 0, 0])])
const losslessWebp = () => {
  const view = new DataView(new ArrayBuffer(32))
  view.setUint32(0, 0x52494646)
  view.setUint32(8, 0x57454250)
  view.setUint32(12, 0x5650384c)
  view.setUint32(21, (37 - 1) | ((21 - 1) << 14), true)
  return new Blob([view])
}
const extendedWebp = () => {
  const view = new DataView(new ArrayBuffer(40))
  view.setUint32(0, 0x52494646)
  view.setUint32(8, 0x57454250)
  view.setUint32(12, 0x56503858)
  view.setUint32(24, 36, true)
  view.setUint32(27, 20, true)
  return new Blob([view])
}

describe("pictureSize", () => {
  const upright = { width: 37, height: 21 }
  const turned = { width: 21, height: 37 }
  const cases: ReadonlyArray<readonly [what: string, make: () => Blob | Promise<Blob>, size: unknown]> = [
    ["a PNG", () => made("image/png"), upright],
    ["a JPEG", () => made("image/jpeg"), upright],
    ["a WebP", () => made("image/webp"), upright],
    ["a lossless WebP", losslessWebp, upright],
    ["an extended WebP", extendedWebp, upright],
    ["a GIF", gif, upright],
    ["a JPEG held upright", () => held(1, true), upright],
    ["a JPEG held sideways", () => held(6, true), turned],
    ["a JPEG held sideways, in the other byte order", () => held(8, false), turned],
    ["no picture", () => new Blob(["just text, long enough to look at"]), undefined],
    ["nothing", () => new Blob([]), undefined],
    ["a PNG cut short", async () => (await made("image/png")).slice(0, 18), undefined],
    ["a JPEG cut short", async () => (await made("image/jpeg")).slice(0, 30), undefined],
  ]
  for (const [what, make, size] of cases) {
    it(`reads ${what} as ${JSON.stringify(size)}`, async () => {
      expect(await pictureSize(await make())).to.deep.equal(size)
    })
  }

  it("agrees with the browser about a picture that was turned", async () => {
    const picture = await held(6, true)
    const { width, height } = await createImageBitmap(picture)
    expect(await pictureSize(picture)).to.deep.equal({ width, height })
  })
})
