/**
 * An engine for these pages alone: it keeps what you drop in memory, sends nothing, and can be put into any state. It
 * has the members that elements use, as the engine of `createFileSync` has.
 */
const engineKey = Symbol.for("livestore-filesync")

const noState = {
  ...{ transfer: "none", progress: 0, bytesDone: 0, bytesTotal: 0, local: false, remote: false },
  ...{ error: null, attempt: 0, nextRetryAt: null },
}

const atRest = {
  ...{ state: "idle", online: true, leader: true, paused: false, uploading: 0, downloading: 0 },
  ...{ queuedUploads: 0, queuedDownloads: 0, failed: 0, onlyHere: 0, bytesDone: 0, bytesTotal: 0 },
  ...{ saving: 0, savingBytesDone: 0, savingBytesTotal: 0, cancelled: 0, unsynced: 0 },
  ...{ store: "open", cause: null, nextTryAt: null, hasRemote: true },
  ...{ usageBytes: 48_200_000, quotaBytes: 64_000_000_000, persisted: true, storage: "opfs" },
}

const missing = () => Object.assign(new Error("Not here"), { reason: "Offline" })
/** `image/*,text/plain`, or `!image/*` for all but these. */
const matches = (mimeType, type = "") => {
  const patterns = type.split(",").map((one) => one.trim())
  const isOf = (pattern) => mimeType.startsWith(pattern.replace(/\*$/, ""))
  const excluded = patterns.filter((one) => one.startsWith("!")).map((one) => one.slice(1))
  const wanted = patterns.filter((one) => one !== "" && !one.startsWith("!"))
  return !excluded.some(isOf) && (wanted.length === 0 || wanted.some(isOf))
}
/** As people count: file2 before file10. */
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare

const nothingFound = { missing: [], extra: [], corrupt: [], notUploaded: [], orphaned: [] }

const phaseOf = (transfer) =>
  transfer === "error" ? "failed" : transfer.startsWith("queued") ? "queued" : "running"

/** What the inspector asks for. */
const factsOf = ({ records, states, pinned }) => {
  const all = [...records.values()].toReversed()
  const transfers = all.flatMap(({ id, contentHash, sizeBytes }) => {
    const { transfer, error, attempt, nextRetryAt, progress } = states.get(id) ?? noState
    if (transfer === "none" || transfer === "done") return []
    const kind = transfer.endsWith("download") || transfer === "downloading" ? "download" : "upload"
    const bytes = { bytesDone: progress * sizeBytes, bytesTotal: sizeBytes }
    return [
      { kind, contentHash, fileIds: [id], phase: phaseOf(transfer), ...bytes, attempt, nextRetryAt, error },
    ]
  })
  const here = all.filter(({ id }) => states.get(id)?.local)
  const usedBytes = here.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { records: all, transfers, pinned: [...pinned], evicted: [], cache: { usedBytes, maxBytes: null } }
}

/** Makes one and puts it where elements look. */
export const makeExampleEngine = () => {
  const records = new Map()
  const contents = new Map()
  const states = new Map()
  const listeners = new Set()
  const eventListeners = new Set()
  const deleted = new Map()
  const pinned = new Set()
  let status = atRest
  let made = 0
  const notify = () => {
    for (const listener of [...listeners]) listener()
  }
  const listen = (listener) => {
    const own = () => listener()
    listeners.add(own)
    return () => listeners.delete(own)
  }
  const nothing = async () => undefined

  const engine = {
    storeId: "examples",
    ...{ start: nothing, stop: nothing, dispose: nothing, awaitIdle: nothing },
    ...{ cancel: nothing, prioritize: nothing },
    async saveFile(file, { name = file.name ?? "untitled", metadata = null } = {}) {
      const id = `example-${(made += 1)}`
      engine.arrive({ id, name, mimeType: file.type, metadata, remoteKey: null }, file)
      return id
    },
    saveFiles: (files) =>
      Promise.all(
        [...files].map((one) => engine.saveFile(one.file ?? one, one.file === undefined ? {} : one)),
      ),
    async deleteFile(id) {
      const all = [...records.entries()]
      const at = all.findIndex(([one]) => one === id)
      if (at === -1) return
      deleted.set(id, { record: records.get(id), at })
      records.delete(id)
      notify()
    },
    async deleteFiles(ids) {
      for (const id of ids) await engine.deleteFile(id)
    },
    listDeleted: () => [...deleted.values()].map(({ record }) => record),
    /** Back in its place. */
    async restoreFile(id) {
      const { record, at } = deleted.get(id) ?? {}
      if (record === undefined) return
      deleted.delete(id)
      const all = [...records.entries()].toSpliced(at, 0, [id, record])
      records.clear()
      for (const [one, kept] of all) records.set(one, kept)
      notify()
    },
    async editFile(id, { name, metadata }) {
      const before = records.get(id)
      records.set(id, { ...before, name: name ?? before.name, metadata: metadata ?? before.metadata })
      notify()
    },
    async eraseFile(id) {
      for (const all of [records, contents, states, deleted]) all.delete(id)
      notify()
      return { remote: "none" }
    },
    async readFile(id) {
      if (!contents.has(id)) throw missing()
      const { name, mimeType } = records.get(id)
      return new File([contents.get(id)], name, { type: mimeType })
    },
    async getFileUrl(id) {
      if (!contents.has(id)) throw missing()
      return URL.createObjectURL(contents.get(id))
    },
    getThumbnail: nothing,
    releaseFileUrl: (url) => URL.revokeObjectURL(url),
    getFile: (id) => records.get(id),
    listFiles: ({ type, order = "newest", limit } = {}) => {
      const found = [...records.values()].filter(({ mimeType }) => matches(mimeType, type))
      if (order === "newest") found.reverse()
      if (order === "name") found.sort((one, other) => byName(one.name, other.name))
      return found.slice(0, limit)
    },
    getFileState: (id) => states.get(id) ?? noState,
    getStatus: () => status,
    subscribe: listen,
    subscribeFile: (_id, listener) => listen(listener),
    onProgress: () => () => {},
    onEvent: (listener) => {
      eventListeners.add(listener)
      return () => eventListeners.delete(listener)
    },
    listVersions: () => [],
    inspect: () => factsOf({ records, states, pinned }),
    verify: async () => ({ ...nothingFound, checked: records.size }),
    repair: () => engine.verify(),
    evict: async (id) => engine.become(id, { local: false }),
    async pin(id) {
      pinned.add(id)
      notify()
    },
    async unpin(id) {
      pinned.delete(id)
      notify()
    },
    pause: async () => engine.say({ paused: true, state: "paused" }),
    resume: async () => engine.say({ paused: false, state: "idle" }),
    retry: async (id) => {
      if (id !== undefined) engine.become(id, { transfer: "uploading", progress: 0.3, error: null })
    },

    /** A record comes, with bytes or without. */
    arrive(record, content) {
      const now = new Date(1_790_000_000_000 + records.size * 60_000)
      const contentHash = crypto.randomUUID()
      const full = { mimeType: content?.type ?? "image/png", sizeBytes: content?.size ?? 0, metadata: null }
      Object.assign(full, { contentHash, path: contentHash, remoteKey: contentHash, createdAt: now })
      records.set(record.id, { ...full, updatedAt: now, deletedAt: null, ...record })
      if (content !== undefined) contents.set(record.id, content)
      const remote = records.get(record.id).remoteKey !== null
      states.set(record.id, { ...noState, local: content !== undefined, remote })
      notify()
    },
    /** Sets the state of a file. */
    become(id, state) {
      states.set(id, { ...(states.get(id) ?? noState), ...state })
      notify()
    },
    /** Emits an event of the engine. */
    announce(event) {
      for (const listener of [...eventListeners]) listener(event)
    },
    /** Sets the status of the engine. */
    say(next) {
      status = { ...atRest, ...next }
      notify()
    },
    /** Forgets everything. */
    clear() {
      for (const all of [records, contents, states, deleted, pinned]) all.clear()
      status = atRest
      notify()
    },
  }
  engine.publish = () => {
    globalThis[engineKey] = engine
    globalThis.dispatchEvent(new Event("livestore-filesync-change"))
  }
  engine.publish()
  return engine
}
