import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { allowAll } from "../access.js"
import { collectGarbage } from "../collect-garbage.js"
import { createFileSyncHandler } from "../handler.js"
import type { ObjectStorage } from "../object-storage.js"
import { sweepListKey, writeSweepList } from "../sweep-list.js"
import { hashOf, keyOf, someBytes } from "./client.js"

const dayMs = 24 * 3600 * 1000

/** What a garbage collection needs of a store, and what an upload is answered while one runs. `start` gives an empty one. */
export const garbageContract = (
  name: string,
  start: () => Promise<{ readonly storage: ObjectStorage; readonly stop: () => Promise<void> }>,
): void => {
  describe(`garbage collection (${name})`, () => {
    let storage: ObjectStorage
    let stop: () => Promise<void>
    before(async () => {
      ;({ storage, stop } = await start())
    })
    after(() => stop())

    const send = (method: string, address: string, body?: Uint8Array<ArrayBuffer>) =>
      createFileSyncHandler({ storage, authorize: allowAll })(
        new Request(`http://files.example${address}`, {
          method,
          headers: { "If-None-Match": "*", "Content-Length": String(body?.length ?? 0) },
          ...(body === undefined ? {} : { body }),
        }),
      )
    const collect = (inDays: number, referenced: ReadonlySet<string>, maxRequests?: number) =>
      collectGarbage({
        storage,
        referenced: async () => referenced,
        dryRun: false,
        nowMs: Date.now() + inDays * dayMs,
        wait: async () => {},
        ...(maxRequests === undefined ? {} : { maxRequests }),
      })

    it("goes through every object, in as many runs as it takes, and deletes what is unreferenced", async () => {
      const kept = someBytes(10)
      const lost = Array.from({ length: 15 }, () => someBytes(10))
      for (const bytes of [kept, ...lost]) {
        assert.equal((await send("PUT", `/files/${keyOf(bytes)}`, bytes)).status, 201)
      }
      const references = new Set([hashOf(kept)])
      const first = await collect(0, references)
      assert.equal(first.checked, 16)
      assert.equal(first.young, 15)
      const deleted: Array<string> = []
      for (let complete = false; !complete; ) {
        const report = await collect(31, references, 50)
        deleted.push(...report.deleted)
        complete = report.complete
      }
      assert.deepEqual(deleted.toSorted(), lost.map((bytes) => keyOf(bytes)).toSorted())
      assert.equal((await send("HEAD", `/files/${keyOf(kept)}`)).status, 304)
      for (const bytes of lost) assert.equal((await send("HEAD", `/files/${keyOf(bytes)}`)).status, 404)
      assert.equal(await storage.head(sweepListKey), undefined)
    })

    it("promises nothing that is about to be deleted, and takes it again afterwards", async () => {
      const [there, absent] = [someBytes(10), someBytes(10)]
      assert.equal((await send("PUT", `/files/${keyOf(there)}`, there)).status, 201)
      const keys = [keyOf(there), keyOf(absent)]
      // A handler that was made before may believe for a while that nothing runs; a sweep waits for that long.
      const fresh = { ...storage }
      const promised = storage
      storage = fresh
      assert.equal(await writeSweepList(storage, { runId: "a", keys }, { onlyIfAbsent: true }), true)
      assert.equal(await writeSweepList(storage, { runId: "b", keys: [] }, { onlyIfAbsent: true }), false)
      assert.equal((await send("HEAD", `/files/${keyOf(there)}`)).status, 404)
      assert.equal((await send("PUT", `/files/${keyOf(there)}`, there)).status, 503)
      assert.equal((await send("PUT", `/files/${keyOf(absent)}`, absent)).status, 503)
      await storage.remove([...keys, sweepListKey])
      for (const bytes of [there, absent]) {
        assert.equal((await send("PUT", `/files/${keyOf(bytes)}`, bytes)).status, 201)
      }
      storage = promised
    })
  })
}
