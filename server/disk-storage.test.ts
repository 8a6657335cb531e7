import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterEach, beforeEach, describe, it } from "node:test"
import { diskName, diskPath } from "./disk-layout.js"
import { diskStorage, removeTemporaryFiles } from "./disk-storage.js"
import { StorageFailure } from "./object-storage.js"
import { everyObject } from "./staged-multipart.js"
import { hashOf, keyOf, someBytes } from "./test/client.js"

describe("diskStorage", () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "filesync-disk-"))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const factsOf = (bytes: Uint8Array, more: object = {}) => ({
    sizeBytes: bytes.length,
    contentHash: hashOf(bytes),
    mimeType: "image/png",
    onlyIfAbsent: true,
    ...more,
  })

  it("keeps each object as a plain file that other programs can check", async () => {
    const bytes = someBytes(1000)
    await diskStorage(folder).write(keyOf(bytes), bytes, factsOf(bytes))
    const file = diskPath(path.join(folder, "objects"), keyOf(bytes))
    assert.match(execFileSync("sha256sum", [file], { encoding: "utf8" }), new RegExp(`^${hashOf(bytes)} `))
  })

  it("leaves nothing of a write that fails", async () => {
    const storage = diskStorage(folder)
    const bytes = someBytes(1000)
    const failing = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.subarray(0, 500)),
      pull: (controller) => controller.error(new Error("gone")),
    })
    await assert.rejects(
      storage.write(keyOf(bytes), failing, factsOf(bytes)),
      new StorageFailure("Truncated", "the body broke off"),
    )
    for (const facts of [{ contentHash: hashOf("other") }, { sizeBytes: 999 }, { sizeBytes: 1001 }]) {
      await assert.rejects(storage.write(keyOf(bytes), bytes, factsOf(bytes, facts)), StorageFailure)
    }
    assert.equal(await storage.head(keyOf(bytes)), undefined)
    assert.deepEqual(readdirSync(path.join(folder, "tmp")), [])
    assert.deepEqual(readdirSync(path.join(folder, "objects")), [])
  })

  it("ignores what a crash left, until it is asked to remove it", async () => {
    const storage = diskStorage(folder)
    writeFileSync(path.join(folder, "tmp", "half"), "half a file")
    const bytes = someBytes(10)
    await storage.write(keyOf(bytes), bytes, factsOf(bytes))
    const keys: Array<string> = []
    for await (const object of everyObject(storage, "")) keys.push(object.key)
    assert.deepEqual(keys, [keyOf(bytes)])
    removeTemporaryFiles(folder)
    assert.deepEqual(readdirSync(path.join(folder, "tmp")), [])
  })

  it("notices a part that a power failure spoiled, publishes nothing and lets the upload begin again", async () => {
    const { multipart, head } = diskStorage(folder)
    const bytes = someBytes(2000)
    const key = keyOf(bytes)
    const { uploadId } = await multipart.begin(key, { mimeType: "image/png" })
    for (const [at, part] of [bytes.subarray(0, 1000), bytes.subarray(1000)].entries()) {
      const facts = { sizeBytes: 1000, contentHash: hashOf(part) }
      await multipart.writePart(key, uploadId, at + 1, new Blob([part]).stream(), facts)
    }
    const first = path.dirname(
      diskPath(path.join(folder, "objects"), `.filesync/uploads/${key}/${uploadId}/x`),
    )
    const name = readdirSync(first).find((each) => each.startsWith("00001") && !each.includes("."))
    writeFileSync(path.join(first, name ?? ""), "")
    const parts = (await multipart.listParts(key, uploadId)) ?? []
    assert.deepEqual(
      parts.map(({ sizeBytes }) => sizeBytes),
      [0, 1000],
    )
    await assert.rejects(multipart.complete(key, uploadId, parts, { contentHash: hashOf(bytes) }), {
      reason: "DigestMismatch",
    })
    assert.equal(await head(key), undefined)
    assert.equal(await multipart.listParts(key, uploadId), undefined)
  })

  it("lists keys in order, page by page, whatever their folders are called", async () => {
    const storage = diskStorage(folder)
    const folders = ["a", "a-b", "a/b", "A", "%C3%BC", "con", "x".repeat(240), "b/c/d"]
    const keys = folders.map((name) => keyOf("content", name))
    for (const key of keys) {
      const bytes = new TextEncoder().encode("content")
      await storage.write(key, bytes, factsOf(bytes))
    }
    const found: Array<string> = []
    let cursor: string | undefined
    do {
      const page = await storage.list({ prefix: "", cursor, limit: 3 })
      assert.ok(page.objects.length <= 3)
      found.push(...page.objects.map(({ key }) => key))
      cursor = page.cursor
    } while (cursor !== undefined)
    assert.deepEqual(found, keys.toSorted())
    const inA = await storage.list({ prefix: "a/" })
    assert.deepEqual(
      inA.objects.map(({ key }) => key),
      [keyOf("content", "a"), keyOf("content", "a/b")].toSorted(),
    )
  })

  it("changes nothing of an object when a write to it is refused", async () => {
    const storage = diskStorage(folder)
    const bytes = someBytes(100)
    const stored = await storage.write(keyOf(bytes), bytes, factsOf(bytes))
    assert.equal(stored.outcome, "created")
    const again = factsOf(bytes, { mimeType: "text/html" })
    assert.equal((await storage.write(keyOf(bytes), bytes, again)).outcome, "already-there")
    // Two writers at once: neither sees the other before it has written.
    const [a, b] = [new TextEncoder().encode("AAAA"), new TextEncoder().encode("BBB")]
    for (let round = 0; round < 30; round++) {
      const key = `docs/report-${round}`
      const outcomes = await Promise.all([
        storage.write(key, a, factsOf(a)),
        storage.write(key, b, factsOf(b, { mimeType: "text/html" })),
      ])
      const found = await storage.read(key)
      const content = new Uint8Array(await new Response(found?.body).arrayBuffer())
      assert.equal(found?.object.contentHash, hashOf(content))
      assert.equal(found.object.mimeType, content.length === 4 ? "image/png" : "text/html")
      assert.deepEqual(outcomes.map(({ outcome }) => outcome).toSorted(), ["already-there", "created"])
    }
    const kept = await storage.head(keyOf(bytes))
    assert.equal(kept?.mimeType, "image/png")
    const replacement = new TextEncoder().encode("CC")
    await storage.write("docs/report-0", replacement, factsOf(replacement, { onlyIfAbsent: false }))
    assert.equal((await storage.head("docs/report-0"))?.contentHash, hashOf(replacement))
  })

  it("lists every key that can be written", async () => {
    const storage = diskStorage(folder)
    const keys = [
      "docs/photo.jpg",
      "docs/Photo.JPG",
      "docs/con",
      "README",
      "docs/a.tar.gz/x",
      `long/${"x".repeat(200)}`,
    ]
    const bytes = someBytes(10)
    for (const key of keys) await storage.write(key, bytes, factsOf(bytes))
    const list = async () => (await storage.list({ prefix: "" })).objects.map(({ key }) => key)
    assert.deepEqual(await list(), keys.toSorted())
    await storage.remove(keys)
    assert.deepEqual(await list(), [])
  })

  it("takes a folder away with its last object, and survives writers who come just then", async () => {
    const storage = diskStorage(folder)
    const bytes = someBytes(10)
    await storage.write(keyOf(bytes, "gone"), bytes, factsOf(bytes))
    await storage.remove([keyOf(bytes, "gone")])
    assert.equal(existsSync(path.join(folder, "objects", "gone+")), false)
    for (let round = 0; round < 50; round++) {
      const other = someBytes(10)
      await storage.write(keyOf(bytes, "busy"), bytes, factsOf(bytes))
      await Promise.all([
        storage.remove([keyOf(bytes, "busy")]),
        storage.write(keyOf(other, "busy"), other, factsOf(other)),
      ])
      assert.notEqual(await storage.head(keyOf(other, "busy")), undefined)
      await storage.remove([keyOf(other, "busy")])
    }
  })

  it("gives names that no file system confuses", () => {
    const names = ["team", "Team", "TEAM", "con", "a.b", "..", ".", "", "%2F", "ü", "x".repeat(300)].map(
      diskName,
    )
    assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length)
    for (const name of names) assert.match(name, /^(?:[a-z0-9_-]{1,100}|%[0-9a-f]{64})$/)
  })
})
