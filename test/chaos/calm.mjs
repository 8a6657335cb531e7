/** Whether a device that says "all is well" is right: what it did must then be at the backend, bytes and records. */
import { fetchSyncEvents } from "../../dist/server.js"

/** How long a tab may take to learn of what another tab of its device did. */
const otherTabMs = 5_000
/** Time between two checks of the records. */
const recordsEveryMs = 3_000

const eventOf = {
  save: "v1.FileCreated",
  update: "v1.FileUpdated",
  edit: "v1.FileUpdated",
  delete: "v1.FileDeleted",
  restore: "v1.FileRestored",
  erase: "v1.FileErased",
}

/** Whether an event of the sync backend's log is that action. */
const isOf = ({ kind, id, hash, mark, content }, { name, args }) => {
  if (name !== eventOf[kind]) return false
  const file = args.files.find((one) => one.id === id)
  if (file === undefined) return false
  // The same byte again is no new content.
  if (kind === "update" && content.sizeBytes > 1) return file.contentHash === hash
  return kind === "edit" ? JSON.stringify(file.metadata ?? "").includes(`"mark":${mark}`) : true
}

/**
 * `resolved()` gives the actions of this round that resolved: `{ …action, id, device, page, at }`. A claim that is wrong goes to
 * `onFalse` as a sentence.
 */
export const makeCalmWatch = ({ storeId, backend, token, transfers, expected, resolved, onFalse }) => {
  let lookedAt = 0
  let claims = 0
  let looks = 0
  const pending = new Set()
  const said = new Set()
  /** Once: a tab that is wrong says so every second. */
  const report = (sentence) => {
    if (said.has(sentence)) return
    said.add(sentence)
    onFalse(sentence)
  }
  const headers = { Authorization: `Bearer ${token}` }
  const track = (work) => {
    // A backend that goes away meanwhile answers nothing.
    const settled = work.catch(() => undefined).finally(() => pending.delete(settled))
    pending.add(settled)
  }

  const checkBytes = (device, done) => {
    for (const { key, kind, hash } of done) {
      if (kind !== "save" && kind !== "update") continue
      // What was changed again, or deleted, need not be sent any more.
      if (expected.certain(key)?.hash !== hash || expected.certain(key)?.life !== "live") continue
      if (!transfers.isStored(hash)) track(askForBytes(device, key, hash))
    }
  }
  /** What the proxies saw no answer of may be there all the same. */
  const askForBytes = async (device, key, hash) => {
    const port = backend.port()
    if (port === undefined) return
    const url = `http://127.0.0.1:${port}/api/files/${storeId}/${hash}`
    const { status } = await fetch(url, { method: "HEAD", headers })
    if (status === 404)
      report(`${device.name} says all is well, and the bytes of ${key} (${hash}) are only there`)
  }
  const readEvents = () =>
    fetchSyncEvents(storeId, { url: `http://127.0.0.1:${backend.port()}/sync`, headers })
  const checkRecords = async (device, done) => {
    if (backend.port() === undefined) return
    const events = await readEvents()
    looks += 1
    for (const action of done) {
      if (eventOf[action.kind] === undefined || events.some((event) => isOf(action, event))) continue
      report(
        `${device.name} says all is well, and its ${action.kind} of ${action.key} has no record at the backend`,
      )
    }
  }

  return {
    /** All that the sync backend has, in its order. */
    readEvents,
    /**
     * A tab says that all is well. It answers for the bytes of all that it lists, and for the records of all that its device
     * did, in whatever tab.
     */
    claim: (device, page, { hashes }) => {
      claims += 1
      const own = resolved().filter((one) => one.device === device)
      const listed = new Set(hashes)
      const now = Date.now()
      checkBytes(
        device,
        own.filter((one) => listed.has(one.hash) && (one.page === page || one.at < now - otherTabMs)),
      )
      const answersFor = own.filter((one) => one.page === page || one.at < now - otherTabMs)
      if (answersFor.length === 0 || now - lookedAt < recordsEveryMs) return
      lookedAt = now
      track(checkRecords(device, answersFor))
    },
    /** Resolves when the last look is over. */
    settled: () => Promise.all(pending),
    counts: () => ({ claims, looks }),
  }
}
