import { expect } from "@esm-bundle/chai"
import { Option } from "effect"
import type { PartLimits } from "../../types/index.js"
import { partBytesFor } from "./part-size.js"

describe("partBytesFor", () => {
  const megabyte = 1024 * 1024
  const s3: Partial<PartLimits> = { minPartBytes: 5 * megabyte }
  /** 100 Mbit/s shared by three requests. */
  const ordinary = 12_500 / 3
  const table: ReadonlyArray<
    readonly [
      what: string,
      sizeBytes: number,
      limits: Partial<PartLimits>,
      sentPerMs: number | null,
      partBytes: number | null,
    ]
  > = [
    ["8 MB where nothing was measured", 100 * megabyte, {}, null, 8 * megabyte],
    ["two seconds of an ordinary line", 100 * megabyte, s3, ordinary, 8 * megabyte],
    ["at most 16 MB on a fast line", 1000 * megabyte, s3, 100_000, 16 * megabyte],
    ["at least 1 MB on a slow connection", 100 * megabyte, {}, 10, megabyte],
    ["at least what the store takes", 100 * megabyte, s3, 10, 5 * megabyte],
    ["at most what the store takes", 100 * megabyte, { maxPartBytes: 3 * megabyte }, 100_000, 3 * megabyte],
    ["more where the store takes few parts", 100 * megabyte, { maxParts: 4 }, 10, 25 * megabyte],
    ["more where 10,000 parts would be too many", 50_000 * megabyte, {}, 10, 5 * megabyte],
    ["nothing where it does not fit", 100 * megabyte, { maxParts: 4, maxPartBytes: megabyte }, null, null],
  ]
  for (const [what, sizeBytes, limits, sentPerMs, partBytes] of table) {
    it(`gives ${what}`, () =>
      expect(Option.getOrNull(partBytesFor(sizeBytes, limits, sentPerMs))).to.equal(partBytes))
  }
})
