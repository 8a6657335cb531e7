import { openBrowser } from "../harness/browser.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

/** From LiveStore ready to engine ready and quiet, with so many records of files that are here and uploaded. */
export const boot = {
  names: ["boot"],
  subjects: ["ours", "floor"],
  async run({ site, subjects, quick, record, say }) {
    const rounds = quick ? 2 : 9
    for (const count of quick ? [0, 10_000] : [0, 1_000, 10_000]) {
      const browser = await openBrowser()
      const stores = {}
      const able = []
      for (const subject of subjects) {
        stores[subject] = newStoreId(subject)
        const page = await browser.open(site.pageOf(subject))
        if (await page.call("fill", { storeId: stores[subject], count })) able.push(subject)
        else say(`${subject} is left out of boot with ${count} records`)
        await page.call("close")
        await page.close()
      }
      const name = `${count.toLocaleString("en")} records`
      for (let round = 0; round < rounds; round += 1) {
        for (const subject of inTurn(able, round)) {
          const page = await browser.open(site.pageOf(subject))
          const { engineMs, storeMs, opfs } = await page.call("boot", { storeId: stores[subject] })
          record(subject, `${name}: engine ready and quiet`, "ms", engineMs)
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
