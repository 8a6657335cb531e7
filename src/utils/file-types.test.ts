import { expect } from "@esm-bundle/chai"
import { fitsType, nameForType, typeOfBytes, typeOfFile, typesOf } from "./file-types.js"

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

describe("what files are", () => {
  const files: ReadonlyArray<readonly [name: string, type: string, expected: string | undefined]> = [
    ["IMG_2041.HEIC", "", "image/heic"],
    ["a.webp", "", "image/webp"],
    ["a.avif", "application/octet-stream", "image/avif"],
    ["a.docx", "", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["a.zip", "application/x-zip-compressed", "application/zip"],
    ["a.csv", "application/vnd.ms-excel", "text/csv"],
    ["a.xls", "application/vnd.ms-excel", "application/vnd.ms-excel"],
    ["a.jpg", "image/jpg", "image/jpeg"],
    ["a.txt", "Text/Plain; charset=utf-8", "text/plain; charset=utf-8"],
    ["a.png", "image/webp", "image/webp"],
    ["a", "", undefined],
    ["a.constructor", "", undefined],
    ["a.unheard-of", "application/octet-stream", undefined],
  ]
  for (const [name, type, expected] of files) {
    it(`are ${expected} when they are called ${name} and said to be "${type}"`, () => {
      expect(typeOfFile(name, type)).to.equal(expected)
    })
  }

  it("count as what they are said to be, and as what their name says", () => {
    expect(typesOf({ name: "a.csv", type: "application/vnd.ms-excel" })).to.deep.equal([
      "application/vnd.ms-excel",
      "text/csv",
    ])
    expect(typesOf({ name: "a", type: "" })).to.deep.equal([])
  })

  const signatures: ReadonlyArray<readonly [bytes: string, expected: string | undefined]> = [
    ["\xff\xd8\xff\xe1", "image/jpeg"],
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["RIFF\0\0\0\0WEBPVP8 ", "image/webp"],
    ["RIFF\0\0\0\0WAVEfmt ", "audio/wav"],
    ["\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"],
    ["\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"],
    ["\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "image/avif"],
    ["\0\0\0\x18ftypisom\0\0\0\0isomiso2avc1mp41", "video/mp4"],
    ["\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"],
    ["\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "video/webm"],
    ["%PDF-1.7", "application/pdf"],
    ["PK\x03\x04", "application/zip"],
    ["hello", undefined],
    ["", undefined],
  ]
  for (const [bytes, expected] of signatures) {
    it(`are ${expected} when they begin with ${JSON.stringify(bytes.slice(0, 16))}`, () => {
      expect(typeOfBytes(bytesOf(bytes))).to.equal(expected)
    })
  }

  it("keep a type that their bytes allow", () => {
    expect(fitsType(undefined, "text/markdown")).to.equal(true)
    expect(fitsType(undefined, "image/png")).to.equal(false)
    expect(fitsType("image/png", "image/png")).to.equal(true)
    expect(fitsType("image/png", "text/plain")).to.equal(false)
    expect(fitsType("application/zip", "application/epub+zip")).to.equal(true)
    expect(fitsType("application/zip", "text/plain")).to.equal(false)
    expect(fitsType(undefined, "application/octet-stream")).to.equal(false)
  })

  it("get the extension of another type, and keep one that is unknown", () => {
    expect(nameForType("photo.png", "image/jpeg")).to.equal("photo.jpg")
    expect(nameForType("photo.JPEG", "image/jpeg")).to.equal("photo.JPEG")
    expect(nameForType("my.photo.heic", "image/webp")).to.equal("my.photo.webp")
    expect(nameForType("v2.5", "image/webp")).to.equal("v2.5")
    expect(nameForType("photo", "image/webp")).to.equal("photo")
    expect(nameForType("photo.png", "application/x-unheard-of")).to.equal("photo.png")
  })
})
