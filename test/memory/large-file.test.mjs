/**
 * How much a browser's memory grows while it saves, uploads, verifies, serves and downloads one large file.
 * `npm run test:memory` does it with 256 MB; `npm run test:memory -- --long` also with 2 GB.
 */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { closeBrowsers, limitCalls } from "../../bench/harness/browser.mjs"
import { startSite } from "../../bench/harness/site.mjs"
import { removeTemporaryFolders } from "../../bench/harness/temporary-folder.mjs"
import { largeFileLife, steps } from "./large-file-life.mjs"

const isLong = process.argv.includes("--long")
const shortMegabytes = 256
const longMegabytes = 2048

/** Most growth of the browser's process tree. The platform's own streaming takes near 180 MB. */
const maxGrowthMegabytes = 256

/** Most growth beyond that with the small file: what would grow with the file would grow eightfold. */
const maxBeyondShortMegabytes = 32

const minutes = 60_000
const stepLimitMs = (isLong ? 60 : 10) * minutes

const unless = process.platform === "linux" ? false : "memory is read from /proc"

describe("memory with a large file", { timeout: 2 * steps.length * stepLimitMs, skip: unless }, () => {
  let site
  let growth

  before(
    async () => {
      limitCalls(stepLimitMs)
      site = await startSite({ subjects: ["ours"], parts: ["library", "service-worker"], say() {} })
      growth = await largeFileLife(site, shortMegabytes, {
        servings: longMegabytes / shortMegabytes,
        say: console.log,
      })
    },
    { timeout: steps.length * stepLimitMs },
  )

  after(async () => {
    await closeBrowsers()
    await site?.stop()
    removeTemporaryFolders()
  })

  for (const step of steps) {
    it(`grows by at most ${maxGrowthMegabytes} MB: ${step} ${shortMegabytes} MB`, () => {
      assert.ok(growth[step] <= maxGrowthMegabytes, `It grew by ${growth[step]} MB`)
    })
  }

  describe("is flat in the size of the file", { skip: !isLong && "only with --long" }, () => {
    let longGrowth

    before(
      async () => {
        if (isLong) longGrowth = await largeFileLife(site, longMegabytes, { say: console.log })
      },
      { timeout: steps.length * stepLimitMs },
    )

    for (const step of steps) {
      it(`grows by no more: ${step} ${longMegabytes} MB`, () => {
        const limit = Math.min(maxGrowthMegabytes, growth[step] + maxBeyondShortMegabytes)
        assert.ok(longGrowth[step] <= limit, `It grew by ${longGrowth[step]} MB; at most ${limit} were right`)
      })
    }
  })
})
