import { mkdirSync, writeFileSync } from "node:fs"
import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { noisePng } from "../../test/support/made-files.mjs"
import { openBrowser } from "../harness/browser.mjs"
import { startPlainServer } from "../harness/plain-server.mjs"
import { inTurn, newStoreId } from "../harness/rounds.mjs"
import { temporaryFolder } from "../harness/temporary-folder.mjs"

const sizes = { "4 KB": 4_000, "100 KB": 100_000, "5 MB": 5_000_000 }
const imageCount = 500

/** A recording without a sound: 48 kHz, stereo, 16 bits. Seeking in it needs ranges as seeking in a video does. */
const wave = (sizeBytes) => {
  const head = Buffer.alloc(44)
  head.write("RIFF", 0)
  head.writeUInt32LE(sizeBytes - 8, 4)
  head.write("WAVEfmt ", 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(2, 22)
  head.writeUInt32LE(48_000, 24)
  head.writeUInt32LE(192_000, 28)
  head.writeUInt16LE(4, 32)
  head.writeUInt16LE(16, 34)
  head.write("data", 36)
  head.writeUInt32LE(sizeBytes - 44, 40)
  return Buffer.concat([head, randomBytes(sizeBytes - 44)])
}

/** Another address for the same bytes, so that nothing answers from what the page saw before. */
const fresh = (url, round) => `${url}${url.includes("?") ? "&" : "?"}round=${round}`

/** What the service worker serves from this device, warm, against plain files over the network from localhost. */
export const serve = {
  names: ["serve"],
  subjects: ["ours", "floor"],
  parts: ["service-worker"],
  async run({ site, subjects, quick, roundsOf, record }) {
    const folder = temporaryFolder("served")
    mkdirSync(folder, { recursive: true })
    const write = (name, bytes) => {
      writeFileSync(join(folder, name), bytes)
      return name
    }
    const names = Object.values(sizes).map((size) => write(`${size}.bin`, randomBytes(size)))
    const recording = write("recording.wav", wave(quick ? 50_000_000 : 500_000_000))
    const images = Array.from({ length: imageCount }, (_, at) => write(`${at}.png`, noisePng(50, 50, at + 1)))
    const all = [...names, recording, ...images]
    const server = await startPlainServer({ served: folder, bench: join(site.folder, "bench") })
    const browser = await openBrowser()
    const pages = {}
    const urls = {}
    if (subjects.includes("ours")) {
      pages.ours = await browser.open(site.pageOf("ours"))
      await pages.ours.call("open", { storeId: newStoreId("ours"), serviceWorker: true })
      await pages.ours.pick(all.map((name) => join(folder, name)))
      urls.ours = await pages.ours.call("saveAndShow")
      const other = Object.values(urls.ours).find((url) => url.startsWith("blob:"))
      if (other !== undefined) throw new Error("The service worker does not serve")
    }
    if (subjects.includes("floor")) {
      pages.floor = await browser.open(`${server.url}/bench/floor/index.html`)
      urls.floor = Object.fromEntries(all.map((name) => [name, `${server.url}/served/${name}`]))
    }
    const rounds = roundsOf(3, 7)
    for (let round = 0; round < rounds + 1; round += 1) {
      for (const subject of inTurn(subjects, round)) {
        const page = pages[subject]
        await page.front()
        // The first round warms both up.
        const note = (metric, values) => {
          if (round > 0) for (const value of values) record(subject, metric, "ms", value)
        }
        for (const [name, size] of Object.entries(sizes)) {
          note(name, await page.call("fetchTimes", urls[subject][`${size}.bin`], quick ? 10 : 30))
        }
        note(`${imageCount} images`, [
          await page.call(
            "imagesTime",
            images.map((name) => fresh(urls[subject][name], round)),
          ),
        ])
        note("seek in a recording", await page.call("seekTimes", fresh(urls[subject][recording], round), 20))
      }
    }
    await browser.close()
    await server.stop()
  },
}
