import assert from "node:assert/strict"
import { beforeEach, afterEach, describe, it, mock } from "node:test"
import { allowAll } from "./access.js"
import { createFileSyncHandler } from "./handler.js"
import type { StoredObject } from "./object-storage.js"
import { presenceClaim } from "./presence-claim.js"
import { sweep } from "./sweep.js"
import { sweepListKey, writeSweepList } from "./sweep-list.js"
import { hashOf, keyOf } from "./test/client.js"
import { type Actor, everyOrder, interleave, someOrders } from "./test/interleave.js"
import { memoryStorage } from "./test/memory-storage.js"

const dayMs = 24 * 3600 * 1000
const text = "content"
const key = keyOf(text)
const files = { files: [{ key, sizeBytes: text.length, contentHash: hashOf(text) }] }

const requestFor = (method: string, address: string, body?: string, onlyIfAbsent = true): Request =>
  new Request(`http://files.example${address}`, {
    method,
    headers: {
      "Content-Length": String(body?.length ?? 0),
      ...(onlyIfAbsent ? { "If-None-Match": "*" } : {}),
    },
    ...(body === undefined ? {} : { body }),
  })

/** Every request that may answer an uploader "it is there". */
const uploads: ReadonlyArray<readonly [title: string, make: () => Request, isEvery: boolean]> = [
  ["a PUT", () => requestFor("PUT", `/files/${key}`, text), true],
  ["a PUT that replaces", () => requestFor("PUT", `/files/${key}`, text, false), true],
  ["a probe", () => requestFor("HEAD", `/files/${key}`), true],
  ["an upload in parts that begins", () => requestFor("POST", `/files/${key}?uploads`), false],
  ["a batch", () => requestFor("POST", "/batch", `${JSON.stringify(files)}\n${text}`), false],
  [
    "an upload in parts that was completed before",
    () => requestFor("POST", `/files/${key}?uploadId=gone`, '{"parts":[]}'),
    false,
  ],
]

const isAnsweredThere = async (answer: Response): Promise<boolean> => {
  const body = await answer.text()
  if (answer.status === 200 && body.includes("results")) return !body.includes("503")
  // The upload's id, and no promise.
  if (body.includes("uploadId")) return false
  if ([200, 201, 304].includes(answer.status)) return true
  if (answer.status === 412) return body.includes("AlreadyThere")
  assert.ok(answer.status === 404 || answer.status === 503, `${answer.status} ${body}`)
  return false
}

describe("a sweep and an upload of the same content", () => {
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: 100 * dayMs }))
  afterEach(() => mock.timers.reset())

  const setUp = async () => {
    const storage = memoryStorage(() => Date.now())
    mock.timers.setTime(10 * dayMs)
    const facts = {
      sizeBytes: text.length,
      contentHash: hashOf(text),
      mimeType: "text/plain",
      onlyIfAbsent: true,
    }
    await storage.write(key, new TextEncoder().encode(text), facts)
    mock.timers.setTime(100 * dayMs)
    return { storage, object: (await storage.head(key)) as StoredObject }
  }
  const sweeper = (object: StoredObject, more: Omit<Actor, "run"> = {}): Actor => ({
    ...more,
    run: async (storage, stop) => {
      const wait = async (ms: number): Promise<void> => {
        await stop()
        mock.timers.tick(ms)
      }
      await sweep({ storage, objects: [object], unusedSinceMs: Date.now() - 30 * dayMs, wait })
    },
  })
  const uploader = (make: () => Request, earlier: boolean, onAnswer: (isThere: boolean) => void): Actor => ({
    run: async (storage) => {
      // An earlier request has looked whether a sweep runs, and what it saw may be used again.
      if (earlier) await presenceClaim(storage)
      const handler = createFileSyncHandler({ storage, authorize: allowAll })
      onAnswer(await isAnsweredThere(await handler(make())))
    },
  })
  /** With one run alone, what it reads of its own list is what it wrote; only its beginning and what follows matter. */
  const passes = (call: string, where: string): boolean =>
    where === sweepListKey && call !== "write" && call !== "remove"

  for (const [title, make, isEvery] of uploads) {
    for (const earlier of [false, true]) {
      it(`keep what was promised, in every order: ${title}${earlier ? ", not the first one" : ""}`, async () => {
        const seen = new Set<string>()
        const run = async (choose: (waiting: number) => number): Promise<void> => {
          const { storage, object } = await setUp()
          let isPromised = false
          const onAnswer = (isThere: boolean): void => {
            isPromised = isThere
          }
          await interleave(storage, [sweeper(object, { passes }), uploader(make, earlier, onAnswer)], choose)
          const isThere = storage.objects.has(key)
          assert.ok(!isPromised || isThere, "it was promised and is gone")
          seen.add(`${isPromised ? "promised" : "not promised"}, ${isThere ? "there" : "gone"}`)
        }
        if (isEvery) assert.ok((await everyOrder(run)) > 50)
        else await someOrders(100, run)
        assert.ok(seen.size > 1, `only ${[...seen].join()} was seen`)
      })
    }
  }

  it("keep what was promised while a client deletes it and two runs sweep at once", async () => {
    for (const [title, make] of uploads) {
      await someOrders(100, async (choose) => {
        const { storage, object } = await setUp()
        let isPromised = false
        let lastRemovedBy = ""
        const onRemoved = (by: string) => (removed: string) => {
          if (removed === key) lastRemovedBy = by
        }
        const onAnswer = (isThere: boolean): void => {
          isPromised = isThere
        }
        const deleter: Actor = { run: (own) => own.remove([key]), onRemoved: onRemoved("a client") }
        const sweepers = [0, 1].map(() => sweeper(object, { onRemoved: onRemoved("a sweep") }))
        await interleave(storage, [...sweepers, deleter, uploader(make, false, onAnswer)], choose)
        // A client that asks for a deletion gets it; no sweep may do it.
        if (isPromised && !storage.objects.has(key)) assert.equal(lastRemovedBy, "a client", title)
      })
    }
  })

  it("leaves a list that a run left behind alone for an hour, and stores what it names after that", async () => {
    const { storage } = await setUp()
    await storage.remove([key])
    await writeSweepList(storage, { runId: "ended in the middle", keys: [key] }, { onlyIfAbsent: true })
    const handler = createFileSyncHandler({ storage, authorize: allowAll })
    const put = async (): Promise<number> => (await handler(requestFor("PUT", `/files/${key}`, text))).status
    assert.equal(await put(), 503)
    mock.timers.tick(3600 * 1000)
    assert.equal(await put(), 412, "the bytes were stored, only not promised")
  })

  it("is made by one run at a time", async () => {
    const { storage, object } = await setUp()
    await writeSweepList(storage, { runId: "another", keys: [] }, { onlyIfAbsent: true })
    const run = () => sweep({ storage, objects: [object], unusedSinceMs: Date.now(), wait: async () => {} })
    assert.equal(await run(), undefined)
    mock.timers.tick(3600 * 1000)
    assert.equal((await run())?.length, 1)
  })
})
