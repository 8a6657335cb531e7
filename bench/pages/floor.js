/** The floor: the same jobs written by hand for each scenario, with nothing but the platform. */
import { fetchTimes, imagesTime, seekTimes } from "./shared/load-urls.js"
import { watchMainThread } from "./shared/longest-task.js"
import { pickedFiles } from "./shared/picked-files.js"

let worker
let storeId
let nextId = 1
const pending = new Map()

const ask = (name, request = {}, onProgress) =>
  new Promise((resolve, reject) => {
    const id = nextId++
    pending.set(id, { resolve, reject, onProgress })
    worker.postMessage({ id, name, request })
  })

const startWorker = () => {
  worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" })
  worker.onmessage = ({ data: { id, progress, answer, failure } }) => {
    const { resolve, reject, onProgress } = pending.get(id)
    if (progress !== undefined) return onProgress?.(progress)
    pending.delete(id)
    if (failure === undefined) resolve(answer)
    else reject(new Error(failure))
  }
}

const timed = async (work) => {
  const beginMs = performance.now()
  await work()
  return performance.now() - beginMs
}

let waiting
let lastHash

globalThis.subject = {
  async open(options) {
    storeId = options.storeId
    startWorker()
    await ask("open", { storeId })
    return {}
  },
  saveOne: (at) => timed(() => ask("save", { files: [pickedFiles()[at]] })),
  saveAll: () => timed(() => ask("save", { files: pickedFiles() })),
  saveAllPacked: () => timed(() => ask("savePacked", { files: pickedFiles() })),
  async saveAllWatched() {
    const stop = watchMainThread()
    await this.saveAll()
    return stop()
  },
  saveLarge: () => timed(async () => (lastHash = await ask("saveLarge", { file: pickedFiles()[0] }))),
  sendLarge: () => timed(() => ask("sendLarge", { storeId, hash: lastHash })),
  lastHash: () => lastHash,
  async receiveLarge({ storeId: id, hash }) {
    await this.open({ storeId: id })
    await ask("receiveLarge", { storeId, hash })
  },
  settle: () => undefined,
  fetchTimes,
  imagesTime,
  seekTimes,
  /** Saves, sends, and reports each request to the mailbox, if there is one. */
  async sendAll(mailbox) {
    const sending = []
    await ask("saveAndSend", { storeId, files: pickedFiles() }, (hashes) => {
      if (mailbox !== undefined)
        sending.push(fetch(mailbox, { method: "POST", body: JSON.stringify(hashes) }))
    })
    await Promise.all(sending)
  },
  /** Downloads what the mailbox announces, until that many have come. */
  expectMail(mailbox, count) {
    const beginMs = performance.now()
    waiting = (async () => {
      const storing = []
      for (let known = 0; known < count; ) {
        const hashes = await (await fetch(`${mailbox}?from=${known}`)).json()
        known += hashes.length
        if (hashes.length > 0) storing.push(ask("receive", { storeId, hashes }))
      }
      await Promise.all(storing)
      return performance.now() - beginMs
    })()
    waiting.catch(() => {})
  },
  waited: () => waiting,
  /** An index of so many files in one file: what `boot` reads. */
  async fill({ storeId: id, count }) {
    await this.open({ storeId: id })
    const lines = Array.from({ length: count }, (_, at) =>
      JSON.stringify({ contentHash: String(at).padStart(64, "0"), id: `file-${at}`, name: `file-${at}.jpg` }),
    )
    await ask("writeIndex", { lines: lines.join("\n") })
    return true
  },
  async boot({ storeId: id }) {
    const engineMs = await timed(async () => {
      await this.open({ storeId: id })
      await ask("readIndex")
    })
    return { engineMs }
  },
  async close() {
    await ask("close")
    worker.terminate()
  },
}
