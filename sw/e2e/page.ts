/** What the test pages can do, under `globalThis.page`; the tests call it through the browser's automation. */
import { configureServiceWorker } from "../../src/service-worker/configure.js"
import { forgetFileSyncServiceWorker } from "../../src/service-worker/forget.js"
import { answerServiceWorker } from "../../src/service-worker/page-answers.js"
import { registerFileSyncServiceWorker } from "../../src/service-worker/register.js"
import { makeVideo } from "./make-video.js"
import { openMedia, playUntil, seek, untilShown } from "./play.js"

const folderOf = async (path: ReadonlyArray<string>): Promise<FileSystemDirectoryHandle> => {
  let folder = await navigator.storage.getDirectory()
  for (const name of ["livestore-filesync-files", ...path]) {
    folder = await folder.getDirectoryHandle(name, { create: true })
  }
  return folder
}

const toHex = (digest: ArrayBuffer): string =>
  [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")

const sha256 = async (bytes: Blob): Promise<string> =>
  toHex(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer()))

/** Puts bytes where the engine would; gives the hash. */
const store = async (storeFolder: string, content: BlobPart): Promise<string> => {
  const blob = new Blob([content])
  const hash = await sha256(blob)
  const folder = await folderOf([storeFolder, hash.slice(0, 2)])
  const writable = await (await folder.getFileHandle(hash, { create: true })).createWritable()
  await writable.write(blob)
  await writable.close()
  return hash
}

const isStored = async (storeFolder: string, hash: string): Promise<boolean> => {
  const folder = await folderOf([storeFolder, hash.slice(0, 2)])
  const file = await folder.getFileHandle(hash).then(
    (handle) => handle.getFile(),
    () => undefined,
  )
  return file !== undefined && (await sha256(file)) === hash
}

const evict = async (storeFolder: string, hash: string): Promise<void> =>
  (await folderOf([storeFolder, hash.slice(0, 2)])).removeEntry(hash)

const listFolder = async (path: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const names: Array<string> = []
  for await (const name of (await folderOf(path)).keys()) names.push(name)
  return names
}

const writeFile = async (path: ReadonlyArray<string>, name: string, text: string): Promise<void> => {
  const writable = await (await (await folderOf(path)).getFileHandle(name, { create: true })).createWritable()
  await writable.write(text)
  await writable.close()
}

const readText = async (path: ReadonlyArray<string>, name: string): Promise<string> =>
  (await (await (await folderOf(path)).getFileHandle(name)).getFile()).text()

/** A video's pieces as base64, to be joined outside. */
const makeTestVideo = async (...args: Parameters<typeof makeVideo>) => {
  const toText = (blob: Blob): Promise<string> =>
    new Promise((resolve) => {
      const reader = new FileReader()
      reader.addEventListener("load", () => resolve((reader.result as string).split(",")[1] ?? ""))
      reader.readAsDataURL(blob)
    })
  const { head, clusters } = await makeVideo(...args)
  return { head: await toText(head), clusters: await Promise.all(clusters.map(toText)) }
}

/** Fetches and returns everything a test may want to know. */
const get = async (url: string, headers: Record<string, string> = {}, method = "GET") => {
  const response = await fetch(url, { headers, method })
  const body = await response.blob().catch(() => undefined)
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    size: body?.size,
    text: body && body.size < 5000 ? await body.text() : undefined,
    hash: body && (await sha256(body)),
  }
}

/** Where a test page writes a file bit by bit, as the engine's I/O worker does. */
const writerSource = `
  let handle, access
  onmessage = async ({ data, ports }) => {
    if (data.open) {
      let folder = await navigator.storage.getDirectory()
      for (const name of ["livestore-filesync-files", data.storeFolder, "tmp"]) folder = await folder.getDirectoryHandle(name, { create: true })
      handle = await folder.getFileHandle(data.open, { create: true })
      access = await handle.createSyncAccessHandle()
      access.truncate(data.sizeBytes)
    } else if (data.bytes) access.write(data.bytes, { at: data.at })
    else {
      access.close()
      let folder = await navigator.storage.getDirectory()
      for (const name of ["livestore-filesync-files", data.storeFolder, data.hash.slice(0, 2)]) folder = await folder.getDirectoryHandle(name, { create: true })
      await handle.move(folder, data.hash)
    }
    ports[0].postMessage("done")
  }
`

/** An engine that only writes files. */
const makeWriter = () => {
  const worker = new Worker(URL.createObjectURL(new Blob([writerSource])))
  return (message: object) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = resolve
      worker.postMessage(message, [port2])
    })
}

const page = {
  registerFileSyncServiceWorker,
  configureServiceWorker,
  forgetFileSyncServiceWorker,
  answerServiceWorker,
  store,
  isStored,
  evict,
  listFolder,
  writeFile,
  readText,
  get,
  sha256,
  makeWriter,
  makeTestVideo,
  openMedia,
  playUntil,
  seek,
  untilShown,
}

type TestPage = typeof page

declare global {
  var page: TestPage
}

globalThis.page = page
