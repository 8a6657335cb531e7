import { setTimeout as delay } from "node:timers/promises"
import { openBrowser } from "../harness/browser.mjs"
import { startDelayedLine } from "../harness/delayed-line.mjs"
import { makeLargeFile } from "../harness/made-files.mjs"
import { newStoreId } from "../harness/rounds.mjs"

const megabyte = 1024 * 1024

/** Three parts of 8 MB on their way are lost with the browser, whoever wrote it. */
const partsInFlightBytes = 3 * 8 * megabyte

const lookEveryMs = 5

/** In the middle of a part, not between two. */
const offsetBytes = 3 * megabyte

/** Bytes sent again after the browser was killed when half of a file was sent, without picking it again. */
export const resume = {
  names: ["resume"],
  subjects: ["ours"],
  async run({ site, subjects, quick, record }) {
    const sizeBytes = (quick ? 128 : 512) * megabyte
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      for (const subject of subjects) {
        const path = makeLargeFile(sizeBytes)
        const storeId = newStoreId(subject)
        const line = await startDelayedLine(site.urlOf(subject), { roundTripMs: 20 })
        const url = site.pageOf(subject, line.url)
        const before = await openBrowser()
        const page = await before.open(url)
        await page.call("open", { storeId, remote: true, sync: true, isPaused: true })
        await page.pick([path])
        await page.call("saveLarge")
        const beginBytes = line.sentBytes()
        page.call("sendLarge").catch(() => {}) // The kill ends it.
        while (line.sentBytes() - beginBytes < sizeBytes / 2 + offsetBytes) await delay(lookEveryMs)
        await before.kill()
        const after = await openBrowser({ profile: before.profile })
        const again = await after.open(url)
        const beginMs = performance.now()
        await again.call("finishLarge", { storeId })
        const againBytes = line.sentBytes() - beginBytes - sizeBytes
        const name = `${sizeBytes / megabyte} MB killed at half`
        record(subject, `${name}: sent again`, "MB", againBytes / megabyte)
        record(subject, `${name}: time to finish`, "ms", performance.now() - beginMs)
        record("floor", `${name}: sent again`, "MB", partsInFlightBytes / megabyte)
        await after.close()
        await line.stop()
      }
    }
  },
}
