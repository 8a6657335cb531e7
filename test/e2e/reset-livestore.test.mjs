/** LiveStore's event log is damaged: the script tag starts over, and everything comes back, also what had reached no other device. */
import assert from "node:assert/strict"
import { setTimeout as delay } from "node:timers/promises"
import { after, before, describe, it } from "node:test"
import { damageEventLog } from "../chaos/in-page.mjs"
import { makeDevice } from "../chaos/device.mjs"
import { startBackend } from "../chaos/site.mjs"

const waitMs = 120_000
const testTimeoutMs = 290_000

/** Lives in the page before any script of it: keeps the store's messages to the page. */
const keepNews = () => {
  globalThis.resets = []
  globalThis.storeStates = []
  addEventListener("livestore-filesync-store-reset", ({ detail }) => globalThis.resets.push(detail))
  addEventListener("livestore-filesync-change", () => {
    const engine = globalThis[Symbol.for("livestore-filesync")]
    if (engine === undefined) return
    globalThis.storeStates.push(engine.getStatus().store)
    engine.subscribe(() => globalThis.storeStates.push(engine.getStatus().store))
  })
}

describe("a device whose LiveStore cannot be read any more", { timeout: testTimeoutMs }, () => {
  const storeId = `reset-${Date.now()}`
  let backend
  let one
  let two

  before(async () => {
    backend = await startBackend()
    const url = `${backend.url}?storeId=${storeId}`
    one = makeDevice("one", { url, onMessage: () => {} })
    two = makeDevice("two", { url, onMessage: () => {} })
    await Promise.all([one.open(), two.open()])
  })
  after(async () => {
    await one?.remove()
    await two?.remove()
    await backend?.stop()
  })

  const operate = async (device, operations, known = []) => {
    const numbered = operations.map((operation, number) => ({ ...operation, number, afterMs: 0 }))
    const resolved = await device.run(numbered, known)
    assert.equal(resolved.length, operations.length, "every operation resolves")
    return resolved.map(({ id }) => id)
  }
  const agreeOn = async (names) => {
    const endAt = Date.now() + waitMs
    for (;;) {
      const looks = await Promise.all([one.look(), two.look()])
      const isSo = looks.every(
        (found) =>
          found?.state === "idle" &&
          found.store === "open" &&
          found.unsynced + found.onlyHere === 0 &&
          found.files
            .map(({ name }) => name)
            .toSorted()
            .join() === names.join(),
      )
      if (isSo) return
      if (Date.now() > endAt) assert.fail(`they do not agree: ${JSON.stringify(looks)}`)
      await delay(200)
    }
  }

  it("has everything again, sends what it had not sent, and says what happened", async () => {
    const [, deleted] = await operate(one, [
      { kind: "save", key: "kept.txt", name: "kept.txt", content: { seed: 1, sizeBytes: 40 } },
      { kind: "save", key: "deleted.txt", name: "deleted.txt", content: { seed: 2, sizeBytes: 40 } },
    ])
    await agreeOn(["deleted.txt", "kept.txt"])
    const [page, context] = [one.page(), one.context()]
    await page.addInitScript(keepNews)
    await context.setOffline(true)
    await operate(
      one,
      [
        { kind: "save", key: "unsent.txt", name: "unsent.txt", content: { seed: 3, sizeBytes: 40 } },
        { kind: "delete", key: "deleted.txt" },
      ],
      [{ key: "deleted.txt", id: deleted }],
    )
    const address = page.url()
    await page.goto("about:blank")
    await context.setOffline(false)
    // Of the same origin, without the store.
    await page.goto(new URL("/sw.js", backend.url).href)
    assert.ok(await page.evaluate(damageEventLog, storeId), "there is an event log")
    await page.goto(address)
    await agreeOn(["kept.txt", "unsent.txt"])
    const [reset] = await page.evaluate(() => globalThis.resets)
    assert.equal(reset.storeId, storeId)
    assert.ok(Array.isArray(reset.unsynced))
    const states = await page.evaluate(() => globalThis.storeStates)
    assert.ok(states.includes("healing"), `the status said: ${states}`)
  })
})
