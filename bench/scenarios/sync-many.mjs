import { openBrowser } from "../harness/browser.mjs"
import { startDelayedLine } from "../harness/delayed-line.mjs"
import { startFolderSite, toFolder } from "../harness/folder-site.mjs"
import { startMailbox } from "../harness/mailbox.mjs"
import { makeFiles } from "../harness/made-files.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

const roundTripMs = 20

/** 1,000 files of 10 KB dropped on one device until all bytes are on another, both 20 ms away from the server. */
export const syncMany = {
  names: ["sync-many"],
  subjects: ["ours", "floor", "peer"],
  async run({ site, subjects, quick, roundsOf, record, say }) {
    const rounds = roundsOf(1, 5)
    // It takes minutes for a thousand files.
    const taking = quick ? subjects.filter((subject) => subject !== "peer") : subjects
    if (taking.length < subjects.length) say("peer is left out of sync-many in the quick form")
    const count = 1_000
    const paths = makeFiles(count, 10_000)
    const mailbox = await startMailbox()
    const lines = {}
    for (const subject of taking)
      lines[subject] = await startDelayedLine(site.urlOf(subject), { roundTripMs })
    const mailLine = await startDelayedLine(mailbox.url, { roundTripMs })
    const here = await openBrowser()
    const there = await openBrowser()
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of inTurn(taking, round)) {
        const storeId = newStoreId(subject)
        const url = site.pageOf(subject, lines[subject].url)
        const [sender, receiver] = [await here.open(url), await there.open(url)]
        const options = { storeId, remote: true, sync: true }
        await Promise.all([sender.call("open", options), receiver.call("open", options)])
        await sender.pick(paths)
        const mail = `${mailLine.url}/${storeId}`
        if (subject === "floor") {
          await receiver.call("expectMail", mail, count)
          const beginMs = performance.now()
          await sender.call("sendAll", mail)
          record(subject, "until all are uploaded", "ms", performance.now() - beginMs)
          await receiver.call("waited")
          record(subject, "until all are on the other device", "ms", performance.now() - beginMs)
        } else {
          await sender.call("expect", "uploads", count)
          await receiver.call("expect", "downloads", count)
          const beginMs = performance.now()
          await sender.call("saveAll")
          record(subject, "until all are saved", "ms", performance.now() - beginMs)
          await sender.call("waited")
          record(subject, "until all are uploaded", "ms", performance.now() - beginMs)
          await receiver.call("waited")
          record(subject, "until all are on the other device", "ms", performance.now() - beginMs)
        }
        await Promise.all([sender.call("close"), receiver.call("close")])
        await Promise.all([sender.close(), receiver.close()])
      }
    }
    await Promise.all([here.close(), there.close()])
    await Promise.all([...Object.values(lines).map((line) => line.stop()), mailLine.stop(), mailbox.stop()])
  },
}

/** The way up alone, to servers of one kind, so that Uppy can be compared. It saves nothing, so that is in the others' time only. */
export const uploadManyToFolder = {
  names: ["sync-many"],
  subjects: ["ours", "floor", "uppy"],
  async run({ site, subjects, roundsOf, record }) {
    const count = 1_000
    const paths = makeFiles(count, 10_000)
    const folderSite = await startFolderSite(site, subjects)
    const lines = {}
    for (const subject of subjects)
      lines[subject] = await startDelayedLine(folderSite.urlOf(subject), { roundTripMs })
    const browser = await openBrowser()
    for (let round = 0; round < roundsOf(1, 5); round += 1) {
      for (const subject of inTurn(subjects, round)) {
        const page = await browser.open(folderSite.pageOf(subject, lines[subject].url))
        await page.call("open", { storeId: newStoreId(subject), remote: true })
        await page.pick(paths)
        if (subject !== "floor") await page.call("expect", "uploads", count)
        const beginMs = performance.now()
        if (subject === "floor") await page.call("sendAll")
        else {
          await page.call("saveAll")
          await page.call("waited")
        }
        record(subject, `until all are uploaded, ${toFolder}`, "ms", performance.now() - beginMs)
        await page.call("close")
        await page.close()
      }
    }
    await browser.close()
    await Promise.all(Object.values(lines).map((line) => line.stop()))
    await folderSite.stop()
  },
}
