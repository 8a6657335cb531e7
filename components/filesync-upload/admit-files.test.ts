import { expect } from "@esm-bundle/chai"
import { isAccepted, parseSize, refuse } from "./admit-files.js"

describe("isAccepted", () => {
  const cases: ReadonlyArray<readonly [name: string, type: string, accept: string, expected: boolean]> = [
    ["a.png", "image/png", "", true],
    ["a.png", "image/png", " , ", true],
    ["a.png", "image/png", "image/*", true],
    ["a.png", "image/png", "IMAGE/PNG", true],
    ["a.PNG", "", ".png", true],
    ["a.pdf", "application/pdf", "image/*,.pdf", true],
    ["a.pdf", "application/pdf", "image/*", false],
    ["a.exe", "", "image/*", false],
    ["a.heic", "", "image/*", true],
    ["png", "", ".png", false],
    ["a.png.exe", "application/x-msdownload", ".png", false],
    ["a.txt", "text/plain", "*/*", true],
    ["album.zip", "application/x-zip-compressed", "application/zip", true],
    ["list.csv", "application/vnd.ms-excel", "text/csv", true],
    ["photo.jpg", "image/jpeg", "image/jpg", true],
    ["1000012345", "image/jpeg", ".jpg,.png", true],
    ["a.jpeg", "", ".jpg", true],
    ["a.docx", "", ".docx", true],
    ["a.docx", "", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", true],
    ["a.3gp", "", "video/*", true],
    ["a.wav", "", "audio/*", true],
    ["a.svg", "", "image/*", true],
    ["a.bin", "application/octet-stream", "image/*", false],
    ["a.imagex", "imagex/y", "image/*", false],
  ]
  for (const [name, type, accept, expected] of cases) {
    it(`${expected ? "takes" : "refuses"} ${name} (${type || "no type"}) for accept="${accept}"`, () => {
      expect(isAccepted({ name, type }, accept)).to.equal(expected)
    })
  }
})

describe("parseSize", () => {
  const cases: ReadonlyArray<readonly [text: string | number | null, bytes: number]> = [
    ["5000", 5000],
    [5000, 5000],
    ["5MB", 5_000_000],
    ["1.5 gb", 1_500_000_000],
    ["2MiB", 2_097_152],
    ["10k", 10_000],
    [null, Number.POSITIVE_INFINITY],
    ["", Number.POSITIVE_INFINITY],
    ["large", Number.POSITIVE_INFINITY],
    ["5 apples", Number.POSITIVE_INFINITY],
    ["1.2.3MB", Number.POSITIVE_INFINITY],
    ["-5MB", Number.POSITIVE_INFINITY],
  ]
  for (const [text, bytes] of cases) {
    it(`reads ${JSON.stringify(text)} as ${bytes} bytes`, () => {
      expect(parseSize(text)).to.equal(bytes)
    })
  }
})

describe("refuse", () => {
  const rules = { accept: ".txt", maxSizeBytes: 3, limit: 3, present: 1 }
  const file = (name: string, text: string) => new File([text], name)

  it("names the first reason that holds", () => {
    expect(refuse(file("a.png", "abcd"), rules, 5)).to.equal("type")
    expect(refuse(file("a.txt", "abcd"), rules, 5)).to.equal("size")
    expect(refuse(file("a.txt", "abc"), rules, 2)).to.equal("count")
    expect(refuse(file("a.txt", "abc"), rules, 1)).to.equal(undefined)
  })
})
