import { openBrowser } from "../harness/browser.mjs"
import { startFolderSite, toFolder } from "../harness/folder-site.mjs"
import { makeLargeFile } from "../harness/made-files.mjs"
import { withPeakMemory } from "../harness/process-memory.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"

const megabyte = 1024 * 1024

const steps = ["save-large", "upload-large", "download-large"]

/**
 * One large file through its life, each step with the time it took and by how much the browser's memory grew: picked
 * to saved, saved to uploaded, and, in another browser, to downloaded and verified.
 */
export const largeFiles = {
  names: steps,
  subjects: ["ours", "floor", "peer"],
  async run({ site, subjects, quick, roundsOf, recordFor, names, say }) {
    const sizes = quick ? [128] : [256, 1024]
    const lastStep = Math.max(...names.map((name) => steps.indexOf(name)))
    for (const sizeMegabytes of sizes) {
      const rounds = roundsOf(1, 3)
      for (let round = 0; round < rounds; round += 1) {
        for (const subject of inTurn(subjects, round)) {
          const path = makeLargeFile(sizeMegabytes * megabyte)
          const note = async (browser, step, work) => {
            const beginMs = performance.now()
            const { growthBytes } = await withPeakMemory(browser.profile, work)
            if (!names.includes(steps[step])) return
            const record = recordFor(steps[step])
            record(subject, `${sizeMegabytes} MB`, "ms", performance.now() - beginMs)
            record(subject, `${sizeMegabytes} MB: memory growth`, "MB", growthBytes / megabyte)
          }
          try {
            await live({ site, subject, path, lastStep, note })
          } catch (cause) {
            if (subject !== "peer") throw cause
            say(`peer failed with ${sizeMegabytes} MB: ${cause.message.slice(0, 300)}`)
          }
        }
      }
    }
  },
}

/**
 * One large file uploaded to servers of one kind, so that Uppy can be compared. It stores nothing on the device and
 * begins with the file that was picked; the others begin with one that is saved, so that both together are measured too.
 */
export const uploadToFolder = {
  names: ["upload-large"],
  subjects: ["ours", "floor", "uppy"],
  async run({ site, subjects, quick, roundsOf, record }) {
    const folderSite = await startFolderSite(site, subjects)
    const sizes = quick ? [128] : [256, 1024]
    for (const sizeMegabytes of sizes) {
      const name = `${sizeMegabytes} MB, ${toFolder}`
      for (let round = 0; round < roundsOf(1, 3); round += 1) {
        for (const subject of inTurn(subjects, round)) {
          const path = makeLargeFile(sizeMegabytes * megabyte)
          let tookMs = 0
          const note = async (browser, step, work) => {
            const beginMs = performance.now()
            const { growthBytes } = await withPeakMemory(browser.profile, work)
            const stepMs = performance.now() - beginMs
            tookMs += stepMs
            if (steps[step] !== "upload-large") return
            record(subject, name, "ms", stepMs)
            record(subject, `${name}, from picked`, "ms", tookMs)
            record(subject, `${name}: memory growth`, "MB", growthBytes / megabyte)
          }
          await live({ site: folderSite, subject, path, lastStep: 1, note, sync: false })
        }
      }
    }
    await folderSite.stop()
  },
}

const live = async ({ site, subject, path, lastStep, note, sync = lastStep > 0 }) => {
  const storeId = newStoreId(subject)
  const here = await openBrowser()
  const page = await here.open(site.pageOf(subject))
  await page.call("open", { storeId, remote: lastStep > 0, sync, isPaused: true })
  await page.pick([path])
  await note(here, 0, () => page.call("saveLarge"))
  if (lastStep > 0) await note(here, 1, () => page.call("sendLarge"))
  const hash = await page.call("lastHash")
  if (lastStep > 1) await page.call("settle")
  await here.close()
  if (lastStep < 2) return
  const there = await openBrowser()
  const other = await there.open(site.pageOf(subject))
  await note(there, 2, () => other.call("receiveLarge", { storeId, hash }))
  await there.close()
}
