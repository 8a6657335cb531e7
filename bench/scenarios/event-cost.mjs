import { setTimeout as delay } from "node:timers/promises"
import { openBrowser } from "../harness/browser.mjs"
import { makeFiles } from "../harness/made-files.mjs"
import { newStoreId, takePart } from "../harness/rounds.mjs"

/** What is gathered before it is written must be written too: longer than any engine here gathers. */
const settleMs = 4_000

/** Events committed for files that are saved here, uploaded, and downloaded there. */
export const eventCost = {
  names: ["event-cost"],
  subjects: ["ours", "peer"],
  async run({ site, subjects, quick, record, say }) {
    const here = await openBrowser()
    const there = await openBrowser()
    for (const count of [1, quick ? 200 : 1_000]) {
      const paths = makeFiles(count, 10_000)
      // Its events for many files take minutes.
      for (const subject of quick && count > 1 ? subjects.filter((name) => name !== "peer") : subjects) {
        await takePart(subject, say, async () => {
          const options = { storeId: newStoreId(subject), remote: true, sync: true, isCounting: true }
          const url = site.pageOf(subject)
          const [sender, receiver] = [await here.open(url), await there.open(url)]
          await Promise.all([sender.call("open", options), receiver.call("open", options)])
          await sender.pick(paths)
          await sender.call("expect", "uploads", count)
          await receiver.call("expect", "downloads", count)
          await sender.call("saveAll")
          await sender.call("waited")
          await receiver.call("waited")
          await delay(settleMs)
          const sent = (await sender.call("counts")).events
          const received = (await receiver.call("counts")).events
          const name = count === 1 ? "one file" : `${count.toLocaleString("en")} files at once`
          record(subject, `${name}: synced`, "events", sent.synced + received.synced)
          record(subject, `${name}: client-only where saved`, "events", sent.clientOnly)
          record(subject, `${name}: client-only where downloaded`, "events", received.clientOnly)
          await Promise.all([sender.call("close"), receiver.call("close")])
          await Promise.all([sender.close(), receiver.close()])
        })
      }
    }
    await Promise.all([here.close(), there.close()])
  },
}
