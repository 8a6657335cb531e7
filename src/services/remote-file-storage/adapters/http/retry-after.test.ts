import { expect } from "@esm-bundle/chai"
import { parseRetryAfter } from "./retry-after.js"

const nowMs = Date.parse("2015-10-21T07:28:00Z")

const table: ReadonlyArray<readonly [header: string | null, waitMs: number | undefined]> = [
  [null, undefined],
  ["", undefined],
  ["  ", undefined],
  ["0", 0],
  ["7", 7000],
  [" 120 ", 120_000],
  ["Wed, 21 Oct 2015 07:28:30 GMT", 30_000],
  ["Wednesday, 21-Oct-15 07:28:30 GMT", 30_000],
  ["Wed Oct 21 07:28:30 2015 GMT", 30_000],
  ["Wed, 21 Oct 2015 07:27:00 GMT", 0],
  ["-5", undefined],
  ["1.5", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
  ["Infinity", undefined],
  ["2015", 2_015_000],
  ["86400", 3_600_000],
  ["9".repeat(400), 3_600_000],
  ["Wed, 21 Oct 2025 07:28:30 GMT", 3_600_000],
  ["2015-10-21", undefined],
  ["soon", undefined],
  ["Wed, 99 Foo 2015", undefined],
]

describe("parseRetryAfter", () => {
  for (const [header, waitMs] of table) {
    it(`reads ${JSON.stringify(header)} as ${waitMs} ms`, () => {
      expect(parseRetryAfter(header, nowMs)).equal(waitMs)
    })
  }
})
