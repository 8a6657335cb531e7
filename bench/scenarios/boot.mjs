import { join } from "node:path"
import { openBrowser } from "../harness/browser.mjs"
import { profilePage } from "../harness/profile.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

/** `listed` is the floor in a page where LiveStore has just said that it is ready, and goes on with its own start. */
const pageOf = (site, subject) => {
  if (subject === "listed") return `${site.pageOf("floor")}listed.html`
  return subject === "ours" ? `${site.pageOf("ours")}?count-opfs` : site.pageOf(subject)
}

/** From LiveStore ready to engine ready and quiet, with so many records of files that are here and uploaded. */
export const boot = {
  names: ["boot"],
  subjects: ["ours", "floor"],
  async run({ site, subjects, quick, roundsOf, record, profileFolder, say }) {
    const rounds = roundsOf(2, 9)
    for (const count of quick ? [0, 10_000] : [0, 1_000, 10_000]) {
      const browser = await openBrowser()
      const stores = {}
      const able = []
      for (const subject of subjects.flatMap((name) => (name === "floor" ? ["floor", "listed"] : [name]))) {
        stores[subject] = newStoreId(subject)
        const page = await browser.open(pageOf(site, subject))
        if (await page.call("fill", { storeId: stores[subject], count })) able.push(subject)
        else say(`${subject} is left out of boot with ${count} records`)
        await page.call("close")
        await page.close()
      }
      const name = `${count.toLocaleString("en")} records`
      for (let round = 0; round < rounds; round += 1) {
        for (const subject of inTurn(able, round)) {
          const page = await browser.open(pageOf(site, subject))
          if (profileFolder !== undefined && subject === "ours")
            await profilePage({
              page: page.page,
              browser,
              path: join(profileFolder, `boot-${count}-${round}.cpuprofile`),
              say,
            })
          const { engineMs, storeMs, opfs } = await page.call("boot", { storeId: stores[subject] })
          if (subject === "listed") record("floor", `${name}: beside LiveStore's own start`, "ms", engineMs)
          else record(subject, `${name}: engine ready and quiet`, "ms", engineMs)
          if (storeMs !== undefined) record(subject, `${name}: LiveStore ready`, "ms", storeMs)
          if (opfs !== undefined) {
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
