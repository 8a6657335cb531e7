import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { memoryStorage } from "./test/memory-storage.js"
import { touch, touchAfterMs, touchMarkersPrefix } from "./touch-markers.js"

describe("touch", () => {
  it("writes once an hour, however often an object is asked for, since stores limit writes to one key", async () => {
    const nowMs = Date.now()
    const storage = memoryStorage(() => nowMs)
    const written: Array<string> = []
    const counted: Pick<typeof storage, "head" | "write"> = {
      head: storage.head,
      write: (key, body, facts) => {
        written.push(key)
        return storage.write(key, body, facts)
      },
    }
    const old = { key: "acme/a", storedAtMs: nowMs - 2 * touchAfterMs }
    for (let count = 0; count < 50; count++) await touch(counted, old, nowMs)
    assert.deepEqual(written, [`${touchMarkersPrefix}acme/a`])
    await touch(counted, old, nowMs + touchAfterMs + 1000)
    assert.equal(written.length, 2)
    await touch(counted, { key: "acme/young", storedAtMs: nowMs - 1 }, nowMs)
    assert.equal(written.length, 2)
  })
})
