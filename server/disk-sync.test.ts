import assert from "node:assert/strict"
import { existsSync, mkdtempSync, readlinkSync, rmSync } from "node:fs"
import { open } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, describe, it } from "node:test"
import { diskPath } from "./disk-layout.js"
import { diskStorage } from "./disk-storage.js"
import { hashOf, keyOf, someBytes } from "./test/client.js"

interface Synced {
  readonly path: string
  /** Whether the object had its name by then: a sync before that makes nothing durable. */
  readonly hadName: boolean
}

/** Every sync of a file or folder while `run` runs, by its path; of a file's bytes alone as well. */
const watchSyncs = async (target: string, run: () => Promise<unknown>): Promise<ReadonlyArray<Synced>> => {
  const probe = await open(tmpdir())
  type Handle = { sync: () => Promise<void>; datasync: () => Promise<void> }
  const prototype = Object.getPrototypeOf(probe) as Handle
  await probe.close()
  const { sync, datasync } = prototype
  const seen: Array<Synced> = []
  const watched = (own: Handle["sync"]) =>
    function (this: { readonly fd: number }) {
      seen.push({ path: readlinkSync(`/proc/self/fd/${this.fd}`), hadName: existsSync(target) })
      return own.call(this)
    }
  Object.assign(prototype, { sync: watched(sync), datasync: watched(datasync) })
  try {
    await run()
  } finally {
    Object.assign(prototype, { sync, datasync })
  }
  return seen
}

describe("a write to the disk", { skip: existsSync("/proc/self/fd") ? false : "needs /proc" }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "filesync-durable-"))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it("is answered when the folder that names the object is on the disk, and each new folder above it", async () => {
    const storage = diskStorage(folder)
    const root = path.join(folder, "objects")
    const write = async (key: string, bytes: Uint8Array<ArrayBuffer>): Promise<ReadonlyArray<string>> => {
      const target = diskPath(root, key)
      const facts = {
        sizeBytes: bytes.byteLength,
        contentHash: hashOf(bytes),
        mimeType: "image/png",
        onlyIfAbsent: true,
      }
      const synced = await watchSyncs(target, () => storage.write(key, bytes, facts))
      return synced.filter((one) => one.hadName && one.path.startsWith(root)).map((one) => one.path)
    }
    const [first, second] = [someBytes(10), someBytes(20)]
    const key = keyOf(first)
    const own = path.dirname(diskPath(root, key))
    const synced = await write(key, first)
    for (const needed of [own, root]) assert.ok(synced.includes(needed), `${needed} was synced`)
    assert.deepEqual(
      await write(keyOf(second), second),
      [own],
      "the folders above are there for good already",
    )
    assert.deepEqual(await write(key, first), [own], "already there says the same as stored")
    await storage.remove([key, keyOf(second)])
    assert.ok((await write(key, first)).includes(root), "a folder that was created again is synced again")
  })

  it("gives bytes their name once they are on the disk: a name without its bytes would be a wrong file", async () => {
    const storage = diskStorage(folder)
    const bytes = someBytes(30)
    const key = keyOf(bytes)
    const facts = { sizeBytes: 30, contentHash: hashOf(bytes), mimeType: "image/png", onlyIfAbsent: true }
    const target = diskPath(path.join(folder, "objects"), key)
    const synced = await watchSyncs(target, () => storage.write(key, bytes, facts))
    const waiting = path.join(folder, "tmp")
    assert.ok(synced.some((one) => !one.hadName && one.path.startsWith(waiting)))
  })
})
