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
  readonly folder: string
  /** Whether the object had its name by then: a sync before that makes nothing durable. */
  readonly hadName: boolean
}

/** Every sync of a file or folder while `run` runs, by its path. */
const watchSyncs = async (target: string, run: () => Promise<unknown>): Promise<ReadonlyArray<Synced>> => {
  const probe = await open(tmpdir())
  const prototype = Object.getPrototypeOf(probe) as { sync: () => Promise<void> }
  await probe.close()
  const { sync } = prototype
  const seen: Array<Synced> = []
  prototype.sync = function (this: { readonly fd: number }) {
    seen.push({ folder: readlinkSync(`/proc/self/fd/${this.fd}`), hadName: existsSync(target) })
    return sync.call(this)
  }
  try {
    await run()
  } finally {
    prototype.sync = sync
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
      return synced.filter((one) => one.hadName && one.folder.startsWith(root)).map((one) => one.folder)
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
})
