import { join } from "node:path"
import { openBrowser } from "../harness/browser.mjs"
import { profilePage } from "../harness/profile.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

/** LiveStore keeps working after it has reported that it is ready; this is several times what that takes. */
const restMs = 1_500

/** Each subject twice: beside LiveStore's own start, and in a page that has come to rest, or knows no LiveStore. */
const waysOf = {
  ours: [
    { metric: "engine ready and quiet", page: "?count-opfs" },
    { metric: "once LiveStore is quiet", page: "?count-opfs", afterMs: restMs },
  ],
  floor: [
    { metric: "engine ready and quiet", page: "" },
    { metric: "beside LiveStore's own start", page: "listed.html" },
  ],
}

/** From LiveStore ready to engine ready and quiet, with so many records of files that are here and uploaded. */
export const boot = {
  names: ["boot"],
  subjects: ["ours", "floor"],
  async run({ site, subjects, quick, roundsOf, record, profileFolder, say }) {
    const rounds = roundsOf(2, 9)
    for (const count of quick ? [0, 10_000] : [0, 1_000, 10_000]) {
      const browser = await openBrowser()
      const filled = []
      for (const subject of subjects) {
        for (const way of waysOf[subject]) {
          const url = site.pageOf(subject) + way.page
          const storeId = newStoreId(subject)
          const page = await browser.open(url)
          await page.call("fill", { storeId, count })
          await page.call("close")
          await page.close()
          filled.push({ ...way, subject, url, storeId })
        }
      }
      const name = `${count.toLocaleString("en")} records`
      for (let round = 0; round < rounds; round += 1) {
        for (const { subject, url, storeId, metric, afterMs } of inTurn(filled, round)) {
          const page = await browser.open(url)
          if (profileFolder !== undefined && subject === "ours") {
            const path = join(profileFolder, `boot-${count}-${round}${afterMs ? "-quiet" : ""}.cpuprofile`)
            await profilePage({ page: page.page, browser, path, say })
          }
          const { engineMs, storeMs, opfs } = await page.call("boot", { storeId, afterMs })
          record(subject, `${name}: ${metric}`, "ms", engineMs)
          if (storeMs !== undefined && !afterMs) record(subject, `${name}: LiveStore ready`, "ms", storeMs)
          if (opfs !== undefined && !afterMs) {
            record(subject, `${name}: files touched`, "files", opfs.content)
            record(subject, `${name}: calls to OPFS`, "calls", opfs.calls)
          }
          await page.call("close")
          await page.close()
        }
      }
      await browser.close()
    }
  },
}
