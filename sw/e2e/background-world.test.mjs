/** Uploads by the service worker alone, through the foreign-world suite that adapters are held to, to a real server. */
import assert from "node:assert/strict"
import { rmSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import { after, before, describe, it } from "node:test"
import { build } from "esbuild"
import { startFaultyLine } from "../../test/contracts/adapters/stores/faulty-line.mjs"
import { makeRealStores } from "../../test/contracts/adapters/stores/real-stores.mjs"
import { startWorld } from "./support.mjs"

/** The worker sends larger files in parts. */
const partsBytes = 17 * 1024 * 1024

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))

const loadSuite = async () => {
  // Inside the project, so that the packages it leaves outside are found.
  const outfile = pathOf(`../../node_modules/.cache/livestore-filesync/foreign-suite-${process.pid}.mjs`)
  const entryPoints = [pathOf("../../test/contracts/adapters/stores/foreign-suite.ts")]
  await build({ entryPoints, bundle: true, platform: "node", format: "esm", packages: "external", outfile })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile, { force: true })
  }
}

const { foreignWorld, httpAdapter } = await loadSuite()

/** Runs in the worker: what the browser does at a Background Sync, with its end. */
const runSync = (tag) =>
  new Promise((resolve) => {
    const waitUntil = (work) =>
      work.then(
        () => resolve("done"),
        () => resolve("left"),
      )
    self.dispatchEvent(Object.assign(new Event("sync"), { tag, waitUntil }))
  })

/** Runs in the page: puts contents where the engine would, and into its journal. */
const leaveInOutbox = async ({ storeFolder, hashes }) => {
  const saves = []
  for (const contentHash of hashes) {
    const body = await (await fetch(`/content/${contentHash}`)).blob()
    await globalThis.page.store(storeFolder, body)
    const save = { type: "save", id: contentHash, mimeType: "image/png", contentHash, sizeBytes: body.size }
    saves.push(`${JSON.stringify(save)}\n`)
  }
  await globalThis.page.writeFile([storeFolder, "outbox"], "tab-1", saves.join(""))
}

describe("uploads in the background, in a foreign world", { timeout: 900_000 }, () => {
  let world
  let stores
  let disk
  let line
  let page
  let count = 0

  before(async () => {
    world = await startWorld()
    stores = makeRealStores()
    disk = await stores.disk()
    line = await startFaultyLine(disk.url)
    ;({ page } = await world.openControlled({ source: null }))
  })
  after(async () => {
    await world?.close()
    await line?.stop()
    await stores?.stop()
  })

  const workerOf = async () =>
    world.context.serviceWorkers()[0] ?? (await world.context.waitForEvent("serviceworker"))

  /** Sends what is in the outbox as the worker does when no page is left; gives the hashes that it counts as sent. */
  const send = async (storeFolder, contents) => {
    const hashes = contents.map(({ contentHash }) => contentHash)
    for (const { bytes, contentHash } of contents)
      world.routes[`/content/${contentHash}`] = { body: Buffer.from(bytes) }
    await page.evaluate(leaveInOutbox, { storeFolder, hashes })
    for (const hash of hashes) delete world.routes[`/content/${hash}`]
    const source = { baseUrl: `${line.url}/api` }
    const isConfigured = await page.evaluate(
      (configuration) => globalThis.page.configureServiceWorker(configuration),
      { storeFolder, source, mayUpload: true },
    )
    assert.equal(isConfigured, true)
    const outcome = await (await workerOf()).evaluate(runSync, "livestore-filesync:uploads")
    const sent = await page.evaluate((folder) => globalThis.page.listFolder([folder, "sent"]), storeFolder)
    const isAllSent = hashes.every((hash) => sent.includes(hash))
    if (isAllSent) assert.equal(outcome, "done")
    return new Set(sent)
  }

  const make = () => {
    const storeFolder = `foreign-${++count}`
    const direct = httpAdapter({ baseUrl: `${disk.url}/api` })
    return {
      adapter: direct,
      direct,
      uploader: { send: (contents) => send(storeFolder, contents), partsBytes },
      become: async (fault) => {
        if (fault === "clock-skew") return false
        const foreign = fault === "ours" ? null : fault
        await fetch(`${line.url}/__line`, { method: "POST", body: JSON.stringify({ foreign }) })
      },
      keyOf: (hash) => `${storeFolder}/${hash}`,
      cleanup: async () => {
        await page.evaluate((folder) => globalThis.page.forgetFileSyncServiceWorker(folder), storeFolder)
      },
    }
  }

  /** Six small files, and one of 17 MB, cost most: `FILESYNC_LONG=1` sends them through every world, else through these. */
  const inEverySize = /^(captive-portal|redirect-302|error-200|cut-uploads|cut-answers|compressed|slow):/
  const isTried = ({ name }) => {
    // It gets its token, signs nothing, and has the timeouts of a page.
    if (/^(late-401|clock-skew|silent):/.test(name)) return false
    if (name.includes("(single)")) return true
    const isUpload = name.includes("(batch)") || name.includes("(parts)")
    return isUpload && (process.env.FILESYNC_LONG !== undefined || inEverySize.test(name))
  }

  for (const { name, run } of foreignWorld(make).filter(isTried)) {
    it(name, async (test) => {
      const { skipped } = await run()
      if (skipped !== undefined) test.skip(skipped)
    })
  }
})
