import { openBrowser } from "../harness/browser.mjs"
import { makeFiles } from "../harness/made-files.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

/** 1,000 files of 10 KB in one call: until all are on disk and listed. */
export const saveMany = {
  names: ["save-many"],
  subjects: ["ours", "floor", "peer"],
  async run({ site, subjects, quick, roundsOf, record }) {
    const rounds = roundsOf(2, 7)
    const count = quick ? 250 : 1_000
    const browser = await openBrowser()
    const paths = makeFiles(count, 10_000)
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of inTurn(subjects, round)) {
        const page = await browser.open(site.pageOf(subject))
        await page.call("open", { storeId: newStoreId(subject) })
        await page.pick(paths)
        const name = `${count.toLocaleString("en")} × 10 KB`
        record(subject, name, "ms", await page.call("saveAll"))
        if (subject === "floor")
          record(subject, `${name} in one file`, "ms", await page.call("saveAllPacked"))
        await page.call("close")
        await page.close()
      }
    }
    await browser.close()
  },
}
