import { join } from "node:path"
import { startSlowLine } from "../../test/support/slow-line.mjs"
import { openBrowser } from "../harness/browser.mjs"
import { makeFiles } from "../harness/made-files.mjs"
import { profilePage } from "../harness/profile.mjs"
import { newStoreId } from "../harness/rounds.mjs"

const inWords = (count) => count.toLocaleString("en")

/** A tab opens beside one with a long queue, and then the queue changes. */
const measureQueue = async ({ site, subject, count, record, profileFolder, say }) => {
  const browser = await openBrowser()
  const openPage = async (name) => {
    const page = await browser.open(site.pageOf(subject))
    const path = join(profileFolder ?? "", `large-library-${name}.cpuprofile`)
    if (profileFolder !== undefined) await profilePage({ page: page.page, browser, path, say })
    return page
  }
  const storeId = newStoreId(subject)
  const filling = await browser.open(site.pageOf(subject))
  await filling.call("fill", { storeId, count, isHere: false })
  await filling.call("close")
  await filling.close()
  const what = `${inWords(count)} downloads queued`
  const recordTask = (moment, { longestTaskMs }) =>
    record(subject, `longest task above 50 ms, ${what}: ${moment}`, "ms", longestTaskMs)

  const leader = await openPage("leader")
  recordTask("the leader's start", await leader.call("openQueued", { storeId, count }))
  const follower = await openPage("follower")
  await leader.call("watch")
  recordTask("another tab's start", await follower.call("openQueued", { storeId, count }))
  recordTask("the leader, while another tab starts", await leader.call("watched"))
  await Promise.all([leader.call("watch"), follower.call("watch")])
  await leader.pick(makeFiles(20, 10_000))
  await leader.call("saveAll")
  await follower.call("whenQueued", count + 20)
  recordTask("the leader, while 20 files are saved", await leader.call("watched"))
  recordTask("the other tab, while 20 files are saved", await follower.call("watched"))
  await browser.close()
}

/** A device that was offline comes back, and both had saved something. */
const measureRebase = async ({ site, subject, count, record }) => {
  const line = await startSlowLine(site.urlOf(subject))
  const [here, there] = [await openBrowser(), await openBrowser()]
  const options = { storeId: newStoreId(subject), remote: true, sync: true, downloads: "on-demand" }
  const other = await there.open(site.pageOf(subject))
  await other.call("open", options)
  await other.call("fillOpen", count)
  const own = await here.open(site.pageOf(subject, line.url.replace(/\/$/, "")))
  await own.call("open", { ...options, isPaused: true })
  await own.call("whenKnown", [`file-${count - 1}`])
  await own.call("resume")
  line.cut()
  await own.pick(makeFiles(5, 10_000))
  await own.call("saveAll")
  await other.pick(makeFiles(7, 10_001))
  const theirs = await other.call("saveUploaded")
  await own.call("watch")
  line.restore()
  await own.call("whenKnown", theirs)
  await own.call("settle")
  const { longestTaskMs, longTasks } = await own.call("watched")
  const what = `one rebase among ${inWords(count)} records`
  record(subject, `longest task above 50 ms, ${what}`, "ms", longestTaskMs)
  record(subject, `tasks above 50 ms, ${what}`, "count", longTasks)
  await Promise.all([here.close(), there.close()])
  await line.stop()
}

/** How long the page cannot answer where there is much: a long queue between tabs, and a rebase of a large library. */
export const largeLibrary = {
  names: ["large-library"],
  subjects: ["ours"],
  async run({ site, subjects, quick, roundsOf, record: keep, profileFolder, say }) {
    const record = (subject, metric, unit, value) => {
      say(`${subject}, ${metric}: ${value} ${unit}`)
      keep(subject, metric, unit, value)
    }
    for (let round = 0; round < roundsOf(1, 3); round += 1) {
      for (const subject of subjects) {
        await measureQueue({ site, subject, count: quick ? 2_000 : 50_000, record, profileFolder, say })
        await measureRebase({ site, subject, count: quick ? 1_000 : 20_000, record })
      }
    }
  },
}
