import { openBrowser } from "../harness/browser.mjs"
import { makeFiles } from "../harness/made-files.mjs"
import { median } from "../harness/measurements.mjs"
import { newStoreId } from "../harness/rounds.mjs"

const warmUps = 5

/** What saving one small file costs with few and with many records present; it should be the same. */
export const changeCost = {
  names: ["change-cost"],
  subjects: ["ours"],
  async run({ site, subjects, roundsOf, record }) {
    const rounds = roundsOf(12, 150)
    const counts = [100, 10_000]
    const browser = await openBrowser()
    const paths = makeFiles(rounds + warmUps, 4_000)
    for (const subject of subjects) {
      const pages = []
      for (const count of counts) {
        const storeId = newStoreId(subject)
        const filling = await browser.open(site.pageOf(subject))
        await filling.call("fill", { storeId, count })
        await filling.call("close")
        await filling.close()
        const page = await browser.open(site.pageOf(subject))
        await page.call("open", { storeId })
        await page.pick(paths)
        pages.push(page)
      }
      const times = counts.map(() => [])
      for (let at = 0; at < rounds + warmUps; at += 1) {
        for (const which of at % 2 === 0 ? [0, 1] : [1, 0]) {
          await pages[which].front()
          const ms = await pages[which].call("saveOne", at)
          if (at < warmUps) continue
          times[which].push(ms)
          record(subject, `a save among ${counts[which].toLocaleString("en")} records`, "ms", ms)
        }
      }
      record(subject, "10,000 records against 100", "×", median(times[1]) / median(times[0]))
      for (const page of pages) await page.close()
    }
    await browser.close()
  },
}
