import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, it } from "node:test"
import { adapters } from "../../scripts/build/entries.mjs"
import { bundleImport, measureApp, measuredImports, measureImport } from "../../scripts/entry-sizes.mjs"
import { measureSizes } from "../../scripts/size.mjs"

/** Another zlib compresses a little better or worse: by less than this. */
const tolerance = 1.02

const isWithin = (gzipBytes, budget) => gzipBytes <= budget * tolerance

/** Gzip bytes a page may download, by the rows of `npm run size`. */
const pageBudgets = {
  "drop-in shell (at once)": 1_700,
  "Lit and all elements (each when seen)": 53_500,
  "engine (lazy, with LiveStore and Effect)": 296_700,
  "service worker (classic)": 9_000,
  "its uploads in the background (classic, Chromium)": 7_200,
}

/**
 * Gzip bytes that an app with its own LiveStore store pays for files: engine, http adapter, schema, three elements. What
 * loads at once delays the page; the whole is what an ordinary session has loaded in the end.
 */
const appBudgets = { atOnce: 44_000, inAll: 124_000 }

/** Gzip bytes an import may add to an app at once, without LiveStore, Effect and Lit. */
const importBudgets = {
  "the engine alone": 72_200,
  "three elements alone": 30_700,
  "registerFileSyncServiceWorker alone": 1_800,
  "hashFile alone": 12_200,
  "everything in .": 74_200,
  "./schema": 4_200,
  "./livestore": 4_700,
  "./adapters/http": 8_500,
  "./adapters/cloudflare": 8_800,
  "./adapters/s3": 9_800,
  "./adapters/memory": 2_300,
  "./adapters/none": 300,
  "./preprocessors": 5_700,
  "./components": 39_000,
  "./components/filesync-image": 13_000,
  "./components/filesync-upload": 20_500,
  "./components/filesync-status": 13_000,
  "./components/filesync-list": 18_400,
  "./components/filesync-viewer": 17_300,
  "./components/filesync-inspector": 18_800,
  "./sw": 9_300,
  "./sw/background": 7_300,
}

describe("size budgets", () => {
  const rows = measureSizes()

  for (const [name, budget] of Object.entries(pageBudgets)) {
    it(`${name}: at most ${budget} bytes gzip`, (test) => {
      const { gzipBytes } = rows.find((row) => row.name === name)
      test.diagnostic(`${gzipBytes} bytes`)
      assert.ok(gzipBytes > 0 && isWithin(gzipBytes, budget), `${gzipBytes} bytes`)
    })
  }

  it(`an app with LiveStore: pays at most ${appBudgets.atOnce} bytes gzip at once, ${appBudgets.inAll} in all`, async (test) => {
    const { ordinaryGzipBytes, gzipBytes } = await measureApp()
    test.diagnostic(`${gzipBytes} bytes at once, ${ordinaryGzipBytes} in an ordinary session`)
    assert.ok(gzipBytes > 10_000 && isWithin(gzipBytes, appBudgets.atOnce), `${gzipBytes} bytes at once`)
    assert.ok(
      ordinaryGzipBytes > gzipBytes && isWithin(ordinaryGzipBytes, appBudgets.inAll),
      `${ordinaryGzipBytes} bytes`,
    )
  })

  it("are what the README says", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
    const inKilobytes = (budget) => `| ${Math.ceil(budget / 1000)} kB |`
    for (const budget of [appBudgets.atOnce, appBudgets.inAll, pageBudgets["service worker (classic)"]])
      assert.ok(readme.includes(inKilobytes(budget)), inKilobytes(budget))
  })

  it("has a budget for everything that is measured", () => {
    assert.deepEqual(Object.keys(importBudgets), Object.keys(measuredImports))
  })

  for (const [name, statements] of Object.entries(measuredImports)) {
    const budget = importBudgets[name]
    it(`${name}: adds at most ${budget} bytes gzip`, async (test) => {
      const gzipBytes = await measureImport(statements)
      test.diagnostic(`${gzipBytes} bytes`)
      assert.ok(gzipBytes > 100 && isWithin(gzipBytes, budget), `${gzipBytes} bytes`)
    })
  }
})

describe("what an app does not use", () => {
  const modulesOf = async (statements) => [...(await bundleImport(statements)).modules.keys()]
  const from = (names, entry = "") => `export { ${names} } from "livestore-filesync${entry}"`
  const isEngine = (module) => /\/(?:file-sync|file-storage|sync-executor|file-records|outbox)\//.test(module)
  const isElement = (module) => /\bcomponents\b/.test(module)

  it("is left out: the schema brings neither engine nor elements", async () => {
    const modules = await modulesOf(from("extendSchema", "/schema"))
    assert.deepEqual(
      modules.filter((module) => isEngine(module) || isElement(module)),
      [],
    )
  })

  for (const name of [
    "hashFile",
    "registerFileSyncServiceWorker",
    "getFileSync",
    "UploadError",
    "makeStoredPath",
  ]) {
    it(`is left out: ${name} brings no engine`, async () => {
      const modules = await modulesOf(from(name))
      assert.ok(modules.length > 1)
      assert.deepEqual(modules.filter(isEngine), [])
    })
  }

  it("is left out: the engine brings no elements, no other adapter and nothing for tests", async () => {
    const modules = await modulesOf(from("createFileSync"))
    assert.ok(modules.some(isEngine))
    const others = adapters.filter((name) => name !== "none").join("|")
    const unused = new RegExp(
      String.raw`\bcomponents\b|adapters/(?:${others})|/testing|\bserver\b|record-log`,
    )
    assert.deepEqual(
      modules.filter((module) => unused.test(module)),
      [],
    )
  })

  it("is left out: one element brings no other", async () => {
    const modules = await modulesOf('import "livestore-filesync/components/filesync-status"')
    assert.ok(modules.some((module) => module.includes("filesync-status")))
    assert.deepEqual(
      modules.filter((module) => /filesync-(?:image|upload|list)\b/.test(module)),
      [],
    )
  })
})
