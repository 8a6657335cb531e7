import { openBrowser } from "../harness/browser.mjs"
import { makeFiles } from "../harness/made-files.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

/** How long the page cannot answer while 1,000 files are saved and sent. */
export const mainThread = {
  names: ["main-thread"],
  subjects: ["ours", "floor", "peer"],
  async run({ site, subjects, quick, roundsOf, record, say }) {
    // It takes most of a minute for a thousand files.
    const taking = quick ? subjects.filter((subject) => subject !== "peer") : subjects
    if (taking.length < subjects.length) say("peer is left out of main-thread in the quick form")
    const rounds = roundsOf(1, 7)
    const browser = await openBrowser()
    const paths = makeFiles(1_000, 10_000)
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of inTurn(taking, round)) {
        const page = await browser.open(site.pageOf(subject))
        await page.call("open", { storeId: newStoreId(subject), remote: true, sync: true })
        await page.pick(paths)
        const seen = await page.call("saveAllWatched")
        record(subject, "longest gap of the event loop", "ms", seen.longestGapMs)
        record(subject, "longest task above 50 ms", "ms", seen.longestTaskMs)
        record(subject, "tasks above 50 ms", "count", seen.longTasks)
        await page.call("close")
        await page.close()
      }
    }
    await browser.close()
  },
}
