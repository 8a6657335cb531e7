import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { measuredImports, measureImport } from "../../scripts/entry-sizes.mjs"
import { measureSizes } from "../../scripts/size.mjs"

/** Gzip bytes a page may download, by the rows of `npm run size`. */
const pageBudgets = {
  "drop-in shell (at once)": 15_000,
  "Lit and all elements (each when seen)": 33_500,
  "engine (lazy, with LiveStore and Effect)": 270_000,
  "service worker (classic)": 6_144,
}

/**
 * Gzip bytes an import may add to an app, without LiveStore, Effect and Lit. They stand a little above what is
 * measured, so that growth is a decision; the app's own is to come down to 40,000.
 */
const importBudgets = {
  "an app: engine, http adapter, schema, three elements": 66_500,
  "its engine alone": 41_000,
  "its three elements alone": 19_500,
  "everything in .": 42_500,
  "./schema": 2_600,
  "./adapters/http": 6_000,
  "./adapters/cloudflare": 6_200,
  "./adapters/s3": 7_000,
  "./adapters/memory": 2_400,
  "./adapters/none": 500,
  "./components": 22_000,
  "./components/filesync-image": 9_500,
  "./components/filesync-upload": 14_000,
  "./components/filesync-status": 8_500,
  "./components/filesync-list": 12_500,
  "./sw": 6_700,
}

describe("size budgets", () => {
  const rows = measureSizes()

  for (const [name, budget] of Object.entries(pageBudgets)) {
    it(`${name}: at most ${budget} bytes gzip`, (test) => {
      const { gzipBytes } = rows.find((row) => row.name === name)
      test.diagnostic(`${gzipBytes} bytes`)
      assert.ok(gzipBytes > 0 && gzipBytes <= budget, `${gzipBytes} bytes`)
    })
  }

  it("has a budget for everything that is measured", () => {
    assert.deepEqual(Object.keys(importBudgets), Object.keys(measuredImports))
  })

  for (const [name, statements] of Object.entries(measuredImports)) {
    const budget = importBudgets[name]
    it(`${name}: adds at most ${budget} bytes gzip`, async (test) => {
      const gzipBytes = await measureImport(statements)
      test.diagnostic(`${gzipBytes} bytes`)
      assert.ok(gzipBytes > 100 && gzipBytes <= budget, `${gzipBytes} bytes`)
    })
  }
})
