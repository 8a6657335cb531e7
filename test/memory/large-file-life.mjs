/** One large file through its life, each step in a browser of its own, with how much the browser's memory grew. */
import { openBrowser } from "../../bench/harness/browser.mjs"
import { makeLargeFile } from "../../bench/harness/made-files.mjs"
import { withPeakMemory } from "../../bench/harness/process-memory.mjs"
import { newStoreId } from "../../bench/harness/rounds.mjs"
import { removeTemporaryFolders } from "../../bench/harness/temporary-folder.mjs"
import { dirname } from "node:path"

const megabyte = 1024 * 1024

/** What a device does with a file, in this order. */
export const steps = ["save", "upload", "verify", "serve", "download"]

/**
 * What starting a browser has left goes first: garbage that is collected meanwhile would hide that much growth, and what
 * it starts a little later would count as growth of the longer run only.
 */
const settle = async ({ page }) => {
  const session = await page.context().newCDPSession(page)
  await session.send("HeapProfiler.collectGarbage")
  await session.detach()
  await page.waitForTimeout(settleMs)
}

/** A browser that only waits takes no more memory after this time. */
const settleMs = 5_000

/**
 * Gives, for a file of `sizeMegabytes`, the peak growth of the browser's process tree (PSS) in each step, in MB. Every
 * step begins with a new browser, so that none starts on memory that the one before had taken. It is served so many times:
 * a small file is done before it was measured ten times, and the same number of bytes goes the same way as of a large one.
 */
export const largeFileLife = async (site, sizeMegabytes, { servings = 1, say = () => {} } = {}) => {
  const storeId = newStoreId("memory")
  const path = makeLargeFile(sizeMegabytes * megabyte)
  const url = site.pageOf("ours")
  const options = { storeId, remote: true, sync: true, serviceWorker: true, isPaused: true }
  const growthMegabytes = {}
  const inBrowser = async (step, profile, prepare, work) => {
    const browser = await openBrowser(profile === undefined ? {} : { profile })
    try {
      const page = await browser.open(url)
      const given = await prepare(page)
      await settle(page)
      const beginMs = performance.now()
      const { growthBytes } = await withPeakMemory(browser.profile, () => work(page, given))
      growthMegabytes[step] = Math.round(growthBytes / megabyte)
      const seconds = ((performance.now() - beginMs) / 1000).toFixed(1)
      say(`${sizeMegabytes} MB ${step}: ${growthMegabytes[step]} MB more, ${seconds} s`)
      return browser.profile
    } finally {
      await browser.close()
    }
  }
  const opened = (page) => page.call("open", options)
  const profile = await inBrowser(
    "save",
    undefined,
    async (page) => {
      await opened(page)
      await page.pick([path])
    },
    async (page) => {
      await page.call("saveLarge")
    },
  )
  removeTemporaryFolders([dirname(path)])
  await inBrowser("upload", profile, opened, async (page) => {
    await page.call("sendLarge")
    await page.call("settle")
  })
  await inBrowser("verify", profile, opened, (page) => page.call("verifyLarge"))
  await inBrowser("serve", profile, opened, async (page) => {
    for (let served = 0; served < servings; served += 1) await page.call("serveLarge")
  })
  removeTemporaryFolders([profile])
  const other = await inBrowser("download", undefined, opened, (page) => page.call("takeLarge"))
  removeTemporaryFolders([other])
  return growthMegabytes
}
