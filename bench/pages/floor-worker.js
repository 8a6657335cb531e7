/** What a worker can do at best with nothing but the platform: the same promises about the bytes, and no engine. */
import { createSHA256 } from "hash-wasm"

const pieceBytes = 16 * 1024 * 1024
const concurrentFiles = 4
/** An open whose handle is collected meanwhile never settles, so each is kept here. */
const kept = new Set()

const toHex = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("")

let folder
let unfinished
let journal
let journalBytes = 0
const shards = new Map()
let nextName = 1

const shardOf = (hash) => {
  const name = hash.slice(0, 2)
  if (!shards.has(name)) shards.set(name, folder.getDirectoryHandle(name, { create: true }))
  return shards.get(name)
}

const writeNew = async (write) => {
  const handle = await unfinished.getFileHandle(`${Date.now()}-${nextName++}`, { create: true })
  kept.add(handle)
  const access = await handle.createSyncAccessHandle()
  kept.delete(handle)
  let hash
  try {
    hash = await write(access)
  } finally {
    access.close()
  }
  await handle.move(await shardOf(hash), hash)
  return hash
}

const saveSmall = async (file) => {
  const bytes = await file.arrayBuffer()
  const hash = toHex(await crypto.subtle.digest("SHA-256", bytes))
  return writeNew(async (access) => {
    access.write(bytes, { at: 0 })
    return hash
  })
}

const storeVerified = async (hash, bytes) => {
  if (toHex(await crypto.subtle.digest("SHA-256", bytes)) !== hash) throw new Error("Wrong bytes")
  await writeNew(async (access) => {
    access.write(bytes, { at: 0 })
    return hash
  })
}

/** Hashes pieces in a second worker while this one writes; at most so many pieces wait there. */
const startHasher = () => {
  const worker = new Worker(new URL("./hasher.js", import.meta.url), { type: "module" })
  const maxWaiting = 2
  let waiting = 0
  let wake = () => {}
  let settle
  const digest = new Promise((resolve) => (settle = resolve))
  worker.onmessage = ({ data }) => {
    if (data.digest !== undefined) return settle(data.digest)
    waiting -= 1
    wake()
  }
  return {
    async add(buffer) {
      if (waiting >= maxWaiting) await new Promise((resolve) => (wake = resolve))
      waiting += 1
      worker.postMessage(buffer, [buffer])
    },
    async finish() {
      worker.postMessage(null)
      const result = await digest
      worker.terminate()
      return result
    },
  }
}

const saveLarge = (file) =>
  writeNew(async (access) => {
    access.truncate(file.size)
    const hasher = startHasher()
    const readAt = (offset) =>
      offset < file.size ? file.slice(offset, offset + pieceBytes).arrayBuffer() : undefined
    let next = readAt(0)
    for (let offset = 0; offset < file.size; ) {
      const buffer = await next
      next = readAt(offset + buffer.byteLength)
      access.write(buffer, { at: offset })
      offset += buffer.byteLength
      await hasher.add(buffer)
    }
    return hasher.finish()
  })

const forEachOf = async (items, concurrency, work) => {
  let next = 0
  const results = []
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < items.length) {
        const at = next++
        results[at] = await work(items[at], at)
      }
    }),
  )
  return results
}

const note = (hashes) => {
  const line = new TextEncoder().encode(`${JSON.stringify({ saved: hashes })}\n`)
  journal.write(line, { at: journalBytes })
  journalBytes += line.byteLength
}

const readStored = async (hash) => (await (await shardOf(hash)).getFileHandle(hash)).getFile()

const sendBatch = async (storeId, hashes) => {
  const bodies = await Promise.all(hashes.map(readStored))
  const files = hashes.map((contentHash, at) => ({
    key: `${storeId}/${contentHash}`,
    sizeBytes: bodies[at].size,
    contentHash,
    mimeType: "application/octet-stream",
  }))
  const answer = await fetch("/api/batch", {
    method: "POST",
    body: new Blob([`${JSON.stringify({ files })}\n`, ...bodies]),
  })
  const { results } = await answer.json()
  if (results.some(({ status }) => status !== 201 && status !== 412))
    throw new Error(JSON.stringify(results[0]))
}

const getBatch = async (storeId, hashes) => {
  const answer = await fetch("/api/batch/get", {
    method: "POST",
    body: JSON.stringify({ keys: hashes.map((hash) => `${storeId}/${hash}`) }),
  })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const decoder = new TextDecoder()
  const storing = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    const head = JSON.parse(decoder.decode(bytes.subarray(at, end)))
    at = end + 1
    if (head.end) break
    if (head.status !== 200) throw new Error(JSON.stringify(head))
    storing.push({ hash: head.contentHash, bytes: bytes.slice(at, at + head.sizeBytes) })
    at += head.sizeBytes
  }
  await forEachOf(storing, concurrentFiles, ({ hash, bytes: content }) => storeVerified(hash, content))
}

const base64Of = async (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", buffer))))

const handlers = {
  async open({ storeId, name = "journal" }) {
    const root = await navigator.storage.getDirectory()
    folder = await (await root.getDirectoryHandle("floor", { create: true })).getDirectoryHandle(storeId, {
      create: true,
    })
    unfinished = await folder.getDirectoryHandle("tmp", { create: true })
    journal = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle()
    journalBytes = journal.getSize()
  },
  async save({ files }) {
    const hashes = await forEachOf(files, concurrentFiles, (file) => saveSmall(file))
    note(hashes)
    return hashes
  },
  /** The same bytes and checks, all behind each other in one file: what a store of tiny files could do at best. */
  async savePacked({ files }) {
    const pack = await (
      await folder.getFileHandle(`pack-${nextName++}`, { create: true })
    ).createSyncAccessHandle()
    let packBytes = 0
    const hashes = await forEachOf(files, concurrentFiles, async (file) => {
      const bytes = await file.arrayBuffer()
      const hash = toHex(await crypto.subtle.digest("SHA-256", bytes))
      pack.write(bytes, { at: packBytes })
      packBytes += bytes.byteLength
      return hash
    })
    pack.close()
    note(hashes)
    return hashes
  },
  async saveLarge({ file }) {
    const hash = await saveLarge(file)
    note([hash])
    return hash
  },
  /** Saves and sends at the same time, a hundred to a request; reports each request that was accepted. */
  async saveAndSend({ storeId, files }, onProgress) {
    const batchFiles = 100
    const sending = []
    for (let from = 0; from < files.length; from += batchFiles) {
      const hashes = await handlers.save({ files: files.slice(from, from + batchFiles) })
      sending.push(sendBatch(storeId, hashes).then(() => onProgress(hashes)))
    }
    await Promise.all(sending)
  },
  receive: ({ storeId, hashes }) => getBatch(storeId, hashes),
  /** In parts, three on their way, as the protocol has it. */
  async sendLarge({ storeId, hash, partBytes = 8 * 1024 * 1024 }) {
    const file = await readStored(hash)
    const url = `/api/files/${storeId}/${hash}`
    const begun = await fetch(`${url}?uploads`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream", "If-None-Match": "*" },
    })
    if (!begun.ok) throw new Error(`begin: ${begun.status} ${await begun.text()}`)
    const { uploadId } = await begun.json()
    const numbers = Array.from({ length: Math.ceil(file.size / partBytes) }, (_, at) => at + 1)
    const parts = await forEachOf(numbers, 3, async (partNumber) => {
      // A blob is streamed from disk; its digest needs it whole for a moment.
      const body = file.slice((partNumber - 1) * partBytes, partNumber * partBytes)
      const answer = await fetch(`${url}?uploadId=${encodeURIComponent(uploadId)}&partNumber=${partNumber}`, {
        method: "PUT",
        headers: { "Content-Digest": `sha-256=:${await base64Of(await body.arrayBuffer())}:` },
        body,
      })
      if (!answer.ok) throw new Error(`part: ${answer.status} ${await answer.text()}`)
      return { partNumber, etag: (await answer.json()).etag }
    })
    const done = await fetch(`${url}?uploadId=${encodeURIComponent(uploadId)}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ parts, contentHash: hash }),
    })
    if (!done.ok) throw new Error(`complete: ${done.status} ${await done.text()}`)
  },
  async receiveLarge({ storeId, hash }) {
    const answer = await fetch(`/api/files/${storeId}/${hash}`)
    if (!answer.ok) throw new Error(`get: ${answer.status}`)
    const got = await writeNew(async (access) => {
      access.truncate(Number(answer.headers.get("Content-Length")))
      const hasher = await createSHA256()
      let offset = 0
      const reader = answer.body.getReader()
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        hasher.update(piece.value)
        access.write(piece.value, { at: offset })
        offset += piece.value.byteLength
      }
      return hasher.digest("hex")
    })
    if (got !== hash) throw new Error("Wrong bytes")
  },
  /** One file that lists everything: what an index costs at least. */
  async writeIndex({ lines }) {
    const handle = await folder.getFileHandle("index", { create: true })
    const access = await handle.createSyncAccessHandle()
    access.write(new TextEncoder().encode(lines), { at: 0 })
    access.close()
  },
  async readIndex() {
    const text = await (await (await folder.getFileHandle("index")).getFile()).text()
    return new Map(text.split("\n").map((line) => [line.slice(0, 64), line])).size
  },
  async close() {
    journal.close()
  },
}

globalThis.onmessage = async ({ data: { id, name, request } }) => {
  try {
    const answer = await handlers[name](request, (progress) => globalThis.postMessage({ id, progress }))
    globalThis.postMessage({ id, answer })
  } catch (error) {
    globalThis.postMessage({ id, failure: String(error?.stack ?? error) })
  }
}
