import assert from "node:assert/strict"
import { mkdtempSync, rmSync, utimesSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, describe, it } from "node:test"
import { type CollectGarbageOptions, collectGarbage } from "./collect-garbage.js"
import { allowAll } from "./access.js"
import { diskPath } from "./disk-layout.js"
import { diskStorage } from "./disk-storage.js"
import { createFileSyncHandler } from "./handler.js"
import { hashOf, keyOf } from "./test/client.js"

const dayMs = 24 * 3600 * 1000
const folders: Array<string> = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const reuses: ReadonlyArray<readonly [title: string, ask: (key: string, text: string) => Request]> = [
  ["a PUT", (key, text) => requestFor("PUT", `/files/${key}`, text)],
  ["a probe", (key) => requestFor("HEAD", `/files/${key}`)],
  ["an upload in parts", (key) => requestFor("POST", `/files/${key}?uploads`)],
  [
    "a batch",
    (key, text) => {
      const file = { key, sizeBytes: text.length, contentHash: hashOf(text) }
      return requestFor("POST", "/batch", `${JSON.stringify({ files: [file] })}\n${text}`)
    },
  ],
]

const requestFor = (method: string, address: string, body?: string): Request =>
  new Request(`http://files.example${address}`, {
    method,
    headers: { "If-None-Match": "*", "Content-Length": String(body?.length ?? 0) },
    ...(body === undefined ? {} : { body }),
  })

const defaults = (storage: CollectGarbageOptions["storage"]): CollectGarbageOptions => ({
  storage,
  referenced: async () => new Set(),
  dryRun: false,
  wait: async () => {},
})

const setUp = () => {
  const folder = mkdtempSync(path.join(tmpdir(), "filesync-garbage-"))
  folders.push(folder)
  const storage = diskStorage(folder)
  const store = async (text: string, daysAgo: number, tenant = "acme"): Promise<string> => {
    const bytes = new TextEncoder().encode(text)
    const key = keyOf(bytes, tenant)
    const facts = {
      sizeBytes: bytes.length,
      contentHash: hashOf(bytes),
      mimeType: "text/plain",
      onlyIfAbsent: true,
    }
    await storage.write(key, bytes, facts)
    const at = new Date(Date.now() - daysAgo * dayMs)
    utimesSync(diskPath(path.join(folder, "objects"), key), at, at)
    return key
  }
  const run = (inDays: number, options: Partial<CollectGarbageOptions> = {}) =>
    collectGarbage({
      storage,
      referenced: async () => new Set(),
      nowMs: Date.now() + inDays * dayMs,
      dryRun: false,
      graceMs: 7 * dayMs,
      wait: async () => {},
      ...options,
    })
  return { storage, store, run }
}

describe("collectGarbage", () => {
  it("deletes what two runs a grace period apart found unreferenced, and nothing else", async () => {
    const { storage, store, run } = setUp()
    const lost = await store("lost", 100)
    const kept = await store("kept", 100)
    const referenced = async () => new Set([hashOf("kept")])
    assert.deepEqual((await run(0, { referenced })).deleted, [])
    assert.deepEqual((await run(6, { referenced })).deleted, [])
    const report = await run(7.1, { referenced })
    assert.deepEqual(report.deleted, [lost])
    assert.equal(report.deletedBytes, 4)
    assert.equal(report.referenced, 1)
    assert.equal(await storage.head(lost), undefined)
    assert.notEqual(await storage.head(kept), undefined)
  })

  it("only reports in a dry run, however often", async () => {
    const { storage, store, run } = setUp()
    const lost = await store("lost", 100)
    await run(0, { dryRun: true })
    assert.deepEqual((await run(8, { dryRun: true })).deleted, [lost])
    assert.deepEqual((await run(9, { dryRun: true })).deleted, [lost])
    assert.notEqual(await storage.head(lost), undefined)
    assert.deepEqual((await run(10)).deleted, [lost])
  })

  it("starts the grace period over when something was referred to in between", async () => {
    const { store, run } = setUp()
    const text = "came back"
    await store(text, 100)
    await run(0)
    await run(4, { referenced: async () => new Set([hashOf(text)]) })
    assert.deepEqual((await run(8)).deleted, [], "it was referred to four days ago")
  })

  for (const [title, ask] of reuses) {
    it(`spares for a while what an uploader was answered "already there" for: ${title}`, async () => {
      const { storage, store, run } = setUp()
      const key = await store(title, 100)
      await run(-3)
      const handler = createFileSyncHandler({ storage, authorize: allowAll })
      const answer = await handler(ask(key, title))
      assert.match(`${answer.status} ${await answer.text()}`, /^(?:412|304|200.*412)/)
      // A whole run in between, which tidies up as well.
      assert.deepEqual((await run(2)).deleted, [])
      assert.deepEqual(
        (await run(4.5)).deleted,
        [],
        "found unreferenced seven days ago, but answered as there today",
      )
      assert.deepEqual((await run(7.1)).deleted, [key], "and not for ever")
    })
  }

  it("leaves young objects alone, and says that their records have not come", async () => {
    const { store, run } = setUp()
    await store("young", 1)
    await store("younger", 0, "other")
    await store("older", 20)
    await run(-20)
    const report = await run(0, { maxDeletes: 0 })
    assert.deepEqual(report.deleted, [])
    assert.equal(report.waiting, 3)
    assert.equal(report.young, 2)
    assert.equal(report.youngBytes, 12)
    assert.deepEqual(report.youngFolders.toSorted(), ["acme", "other"])
  })

  it("waits thirty days by default for a device that cannot send its records", async () => {
    const { storage, store } = setUp()
    const key = await store("uploaded by a device that is being repaired", 0)
    await collectGarbage({ ...defaults(storage), nowMs: Date.now() })
    assert.deepEqual(
      (await collectGarbage({ ...defaults(storage), nowMs: Date.now() + 29 * dayMs })).deleted,
      [],
    )
    assert.deepEqual(
      (await collectGarbage({ ...defaults(storage), nowMs: Date.now() + 30.1 * dayMs })).deleted,
      [key],
    )
  })

  it("keeps within the calls it may make, and goes on where it stopped until all is done", async () => {
    const { storage, store, run } = setUp()
    const referenced = async (folder: string) =>
      folder === "kept" ? new Set([hashOf("kept")]) : new Set<string>()
    await store("kept", 100, "kept")
    const keys: Array<string> = []
    for (let at = 0; at < 40; at++) keys.push(await store(`lost ${at}`, 100, `folder-${at % 7}`))
    let calls = 0
    const counting = new Proxy(storage, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown
        if (typeof member !== "function") return member
        return (...args: ReadonlyArray<unknown>): unknown => {
          calls += name === "remove" ? (args[0] as ReadonlyArray<string>).length : 1
          return (member as (...args: ReadonlyArray<unknown>) => unknown)(...args)
        }
      },
    })
    const asked: Array<string> = []
    const bounded = (inDays: number) =>
      run(inDays, {
        storage: counting,
        maxRequests: 60,
        referenced: (folder) => {
          asked.push(folder)
          calls += 1
          return referenced(folder)
        },
      })
    const until = async (inDays: number): Promise<number> => {
      for (let runs = 1; runs < 50; runs++) {
        calls = 0
        const { complete } = await bounded(inDays)
        assert.ok(calls <= 60, `${calls} calls`)
        if (complete) return runs
      }
      throw new Error("it never ends")
    }
    await until(0)
    assert.deepEqual(new Set(asked).size, 8)
    const runs = await until(8)
    assert.ok(runs > 2, `${runs} runs`)
    for (const key of keys) assert.equal(await storage.head(key), undefined, key)
    assert.notEqual(await storage.head(keyOf("kept", "kept")), undefined)
  })

  it("loses nothing of what it found when it ends in the middle of deleting", async () => {
    const { storage, store, run } = setUp()
    const keys = await Promise.all(["a", "b", "c"].map((text) => store(text, 100)))
    await run(0)
    const failing = { ...storage, remove: async () => Promise.reject(new Error("killed")) }
    await assert.rejects(run(8, { storage: failing }), /killed/)
    assert.equal((await run(8)).complete, false, "the list that was left behind counts for an hour")
    await storage.remove([".filesync/sweep"])
    assert.deepEqual((await run(8)).deleted.toSorted(), keys.toSorted())
  })

  it("keeps every object of a folder whose records cannot be read", async () => {
    const { store, run } = setUp()
    await store("a", 100, "unreadable")
    await store("b", 100, "unknown")
    const lost = await store("c", 100, "known")
    const referenced = async (folder: string): Promise<ReadonlySet<string> | undefined> => {
      if (folder === "unreadable") throw new Error("down")
      return folder === "known" ? new Set() : undefined
    }
    await run(0, { referenced })
    const report = await run(8, { referenced })
    assert.deepEqual(report.deleted, [lost])
    assert.deepEqual(report.unknownFolders.toSorted(), ["unknown", "unreadable"])
  })

  it("keeps an object by its key where keys are the app's own", async () => {
    const { storage, store, run } = setUp()
    const key = await store("named", 100)
    const referenced = async () => new Set([key])
    await run(0, { referenced })
    assert.deepEqual((await run(8, { referenced })).deleted, [])
    assert.notEqual(await storage.head(key), undefined)
  })

  it("stops at the most it may delete, and goes on next time", async () => {
    const { store, run } = setUp()
    const keys = await Promise.all(["a", "b", "c"].map((text) => store(text, 100)))
    await run(0)
    const first = await run(8, { maxDeletes: 2 })
    const second = await run(8, { maxDeletes: 2 })
    assert.equal(first.deleted.length, 2)
    assert.deepEqual([...first.deleted, ...second.deleted].toSorted(), keys.toSorted())
  })

  it("looks only at keys with the asked prefix", async () => {
    const { store, run } = setUp()
    await store("x", 100, "other")
    const lost = await store("x", 100, "acme")
    await run(0, { prefix: "acme/" })
    const report = await run(8, { prefix: "acme/" })
    assert.deepEqual(report.deleted, [lost])
    assert.equal(report.checked, 1)
  })

  it("aborts uploads that were not finished", async () => {
    const { storage, run } = setUp()
    const key = keyOf("unfinished")
    const { uploadId } = await storage.multipart.begin(key, { mimeType: "text/plain" })
    const body = new Blob(["unfi"]).stream()
    await storage.multipart.writePart(key, uploadId, 1, body, { sizeBytes: 4, contentHash: undefined })
    assert.equal((await run(6)).abandonedUploads, 0)
    assert.equal((await storage.multipart.listParts(key, uploadId))?.length, 1)
    assert.equal((await run(8, { dryRun: true })).abandonedUploads, 1)
    assert.equal((await storage.multipart.listParts(key, uploadId))?.length, 1)
    assert.equal((await run(8)).abandonedUploads, 1)
    assert.equal(await storage.multipart.listParts(key, uploadId), undefined)
  })
})
