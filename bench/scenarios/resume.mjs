import { setTimeout as delay } from "node:timers/promises"
import { openBrowser } from "../harness/browser.mjs"
import { startDelayedLine } from "../harness/delayed-line.mjs"
import { startFolderSite, toFolder } from "../harness/folder-site.mjs"
import { makeLargeFile } from "../harness/made-files.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

const megabyte = 1024 * 1024

/** Three parts of 8 MB on their way are lost with the browser, in every implementation. */
const partsInFlightBytes = 3 * 8 * megabyte

const lookEveryMs = 5

/** In the middle of a part, not between two. */
const offsetBytes = 3 * megabyte

const megabytesFor = (quick) => (quick ? 128 : 512)

/** Sends, kills in the middle of a part, and goes on; gives what the page says of it. */
const killedAtHalf = async ({ site, subject, sizeBytes, sync, isPickedAgain, note }) => {
  const path = makeLargeFile(sizeBytes)
  const storeId = newStoreId(subject)
  const line = await startDelayedLine(site.urlOf(subject), { roundTripMs: 20 })
  const url = site.pageOf(subject, line.url)
  const before = await openBrowser()
  const page = await before.open(url)
  await page.call("open", { storeId, remote: true, sync, isPaused: true, isRetrieving: true })
  await page.pick([path])
  await page.call("saveLarge")
  const beginBytes = line.sentBytes()
  page.call("sendLarge").catch(() => {}) // The kill ends it.
  while (line.sentBytes() - beginBytes < sizeBytes / 2 + offsetBytes) await delay(lookEveryMs)
  await before.kill()
  const after = await openBrowser({ profile: before.profile })
  const again = await after.open(url)
  if (isPickedAgain) await again.pick([path])
  const beginMs = performance.now()
  const answer = await again.call("finishLarge", { storeId, sync })
  const tookMs = performance.now() - beginMs
  note("sent again", "MB", (line.sentBytes() - beginBytes - sizeBytes) / megabyte)
  note("time to finish", "ms", tookMs)
  await after.close()
  await line.stop()
  return answer
}

/** Bytes sent again after the browser was killed when half of a file was sent, without picking it again. */
export const resume = {
  names: ["resume"],
  subjects: ["ours"],
  async run({ site, subjects, quick, roundsOf, record }) {
    const sizeBytes = megabytesFor(quick) * megabyte
    const name = `${megabytesFor(quick)} MB killed at half`
    for (let round = 0; round < roundsOf(1, 3); round += 1) {
      for (const subject of subjects) {
        const note = (what, unit, value) => record(subject, `${name}: ${what}`, unit, value)
        await killedAtHalf({ site, subject, sizeBytes, sync: true, isPickedAgain: false, note })
        record("floor", `${name}: sent again`, "MB", partsInFlightBytes / megabyte)
      }
    }
  },
}

/** The same to servers of one kind, so that Uppy can be compared; it is noted when the file had to be picked again. */
export const resumeToFolder = {
  names: ["resume"],
  subjects: ["ours", "uppy"],
  async run({ site, subjects, quick, roundsOf, record }) {
    const folderSite = await startFolderSite(site, subjects)
    const sizeBytes = megabytesFor(quick) * megabyte
    const name = `${megabytesFor(quick)} MB killed at half, ${toFolder}`
    for (let round = 0; round < roundsOf(1, 3); round += 1) {
      for (const subject of inTurn(subjects, round)) {
        const note = (what, unit, value) => record(subject, `${name}: ${what}`, unit, value)
        const isPickedAgain = subject === "uppy"
        const answer = await killedAtHalf({
          site: folderSite,
          subject,
          sizeBytes,
          sync: false,
          isPickedAgain,
          note,
        })
        if (answer?.wasPickedAgain !== undefined)
          note("files to pick again", "files", answer.wasPickedAgain ? 1 : 0)
        if (subject === "ours") record("floor", `${name}: sent again`, "MB", partsInFlightBytes / megabyte)
      }
    }
    await folderSite.stop()
  },
}
