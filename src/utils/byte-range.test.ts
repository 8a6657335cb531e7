import { expect } from "@esm-bundle/chai"
import { answerByteRange, type ByteRange, parseByteRange } from "./byte-range.js"

const whole: ByteRange = { kind: "whole" }
const unsatisfiable: ByteRange = { kind: "unsatisfiable" }
const part = (start: number, end: number): ByteRange => ({ kind: "part", start, end })

const table: ReadonlyArray<readonly [header: string | null, sizeBytes: number, expected: ByteRange]> = [
  // absent
  [null, 10, whole],
  ["", 10, whole],
  // one range
  ["bytes=0-0", 10, part(0, 0)],
  ["bytes=0-9", 10, part(0, 9)],
  ["bytes=3-5", 10, part(3, 5)],
  ["bytes=9-9", 10, part(9, 9)],
  ["bytes=000-003", 10, part(0, 3)],
  ["BYTES=3-5", 10, part(3, 5)],
  ["  bytes=3-5  ", 10, part(3, 5)],
  ["bytes=3-5,", 10, part(3, 5)],
  ["bytes=, ,3-5", 10, part(3, 5)],
  // end past the size is cut
  ["bytes=3-10", 10, part(3, 9)],
  ["bytes=0-999999999999999999999999999", 10, part(0, 9)],
  // open end
  ["bytes=0-", 10, part(0, 9)],
  ["bytes=9-", 10, part(9, 9)],
  // suffix
  ["bytes=-1", 10, part(9, 9)],
  ["bytes=-10", 10, part(0, 9)],
  ["bytes=-11", 10, part(0, 9)],
  ["bytes=-99999999999999999999999999", 10, part(0, 9)],
  // nothing of it is there
  ["bytes=10-", 10, unsatisfiable],
  ["bytes=10-11", 10, unsatisfiable],
  ["bytes=999999999999999999999999999-", 10, unsatisfiable],
  ["bytes=-0", 10, unsatisfiable],
  // an empty file
  ["bytes=0-", 0, unsatisfiable],
  ["bytes=0-0", 0, unsatisfiable],
  ["bytes=-0", 0, unsatisfiable],
  ["bytes=-5", 0, whole],
  [null, 0, whole],
  // several at once
  ["bytes=0-1,3-4", 10, whole],
  ["bytes=0-1, -2", 10, whole],
  ["bytes=20-30, 40-50", 10, whole],
  // malformed
  ["bytes=5-3", 10, whole],
  ["bytes=-", 10, whole],
  ["bytes=", 10, whole],
  ["bytes", 10, whole],
  ["bytes 0-5", 10, whole],
  ["bytes=a-b", 10, whole],
  ["bytes=1.5-3", 10, whole],
  ["bytes=+1-3", 10, whole],
  ["bytes=0x1-0x3", 10, whole],
  ["bytes=--5", 10, whole],
  ["bytes=1-2-3", 10, whole],
  ["bytes=1 - 2", 10, whole],
  ["bytes =1-2", 10, whole],
  ["bytes=٣-٥", 10, whole],
  // other units
  ["items=0-5", 10, whole],
  ["xbytes=0-5", 10, whole],
  // large files
  ["bytes=5368709120-5368709129", 6_000_000_000, part(5_368_709_120, 5_368_709_129)],
  ["bytes=-1", 6_000_000_000, part(5_999_999_999, 5_999_999_999)],
]

describe("parseByteRange", () => {
  for (const [header, sizeBytes, expected] of table) {
    it(`reads ${JSON.stringify(header)} of ${sizeBytes} bytes as ${JSON.stringify(expected)}`, () => {
      expect(parseByteRange(header, sizeBytes)).to.deep.equal(expected)
    })
  }
})

describe("answerByteRange", () => {
  it("answers 200 with the whole length", () => {
    expect(answerByteRange(whole, 10)).to.deep.equal({
      status: 200,
      headers: { "Accept-Ranges": "bytes", "Content-Length": "10" },
    })
  })
  it("answers 206 with the part's place and length", () => {
    expect(answerByteRange(part(3, 5), 10)).to.deep.equal({
      status: 206,
      headers: { "Accept-Ranges": "bytes", "Content-Range": "bytes 3-5/10", "Content-Length": "3" },
    })
  })
  it("answers 416 with the size, so that the client can ask again", () => {
    expect(answerByteRange(unsatisfiable, 10)).to.deep.equal({
      status: 416,
      headers: { "Accept-Ranges": "bytes", "Content-Range": "bytes */10", "Content-Length": "0" },
    })
  })
})
