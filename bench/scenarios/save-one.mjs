import { openBrowser } from "../harness/browser.mjs"
import { makeFiles } from "../harness/made-files.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

const warmUps = 3

/** One 10 KB file: from the call until it is on disk and listed. */
export const saveOne = {
  names: ["save-one"],
  subjects: ["ours", "floor", "peer"],
  async run({ site, subjects, roundsOf, record }) {
    const rounds = roundsOf(30, 100)
    const browser = await openBrowser()
    const paths = makeFiles(rounds + warmUps, 10_000)
    const pages = {}
    for (const subject of subjects) {
      pages[subject] = await browser.open(site.pageOf(subject))
      await pages[subject].call("open", { storeId: newStoreId(subject) })
      await pages[subject].pick(paths)
    }
    // What the floor takes when what it saved is in a LiveStore store as well.
    if (subjects.includes("floor")) {
      pages.listed = await browser.open(`${site.pageOf("floor")}listed.html`)
      await pages.listed.call("open", { storeId: newStoreId("listed") })
      await pages.listed.pick(paths)
    }
    for (let at = 0; at < rounds + warmUps; at += 1) {
      for (const name of inTurn(Object.keys(pages), at)) {
        await pages[name].front()
        const ms = await pages[name].call("saveOne", at)
        if (at < warmUps) continue
        if (name === "listed") record("floor", "the floor with one LiveStore commit", "ms", ms)
        else record(name, "call to durable and listed", "ms", ms)
      }
    }
    await browser.close()
  },
}
