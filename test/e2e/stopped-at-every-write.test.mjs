/**
 * LiveStore's worker is killed before a write to a file: at its first start, while events of others come in, and while its own
 * are moved behind those. Each ends in a device that has everything and is heard. A sample of the writes here; all of them with
 * `EVERY_WRITE=1`.
 */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { startLab, until } from "../livestore/lab.mjs"

const isEvery = process.env.EVERY_WRITE === "1"
const testTimeoutMs = isEvery ? 60 * 60_000 : 280_000

describe("a device whose LiveStore worker is killed at a write", { timeout: 2 * testTimeoutMs }, () => {
  let lab
  let storeId
  let wanted

  before(async () => {
    lab = await startLab()
  })
  after(() => lab?.stop())

  const open = (options = {}) => lab.here.call("open", { storeId, sync: lab.sync, ...options })
  const notes = (where) => lab[where].call("notes")
  const areAll = (found) => found.join() === wanted.toSorted().join()
  const add = async (where, ...ids) => {
    await lab[where].call("add", ...ids)
    wanted.push(...ids)
  }
  const begin = async () => {
    storeId = `stopped-${Date.now()}`
    wanted = []
    assert.ok(await lab.there.call("open", { storeId, sync: lab.sync, inMemory: true }))
    await add("there", "b0", "b1")
  }
  const addUnsent = async (...ids) => {
    assert.ok(await open({ sync: undefined }))
    await add("here", ...ids)
    await until("writing", () => lab.here.call("isWritten"), Boolean)
    await lab.here.call("close")
  }

  /** Opens the store and stops its worker before the `at`-th write. Resolves with `false` when it had fewer. */
  const stopAt = async (at) => {
    const isOpen = await open({ worker: { stopAt: String(at) } })
    const wasStopped = async () => (await lab.here.heard()).some(({ stopped }) => stopped !== undefined)
    const isDone = async () => areAll(await notes("here")) && areAll(await notes("there"))
    if (isOpen)
      await until("a stop or the end", async () => (await wasStopped()) || (await isDone()), Boolean)
    const isStopped = await wasStopped()
    await lab.here.call("close")
    return isStopped
  }
  const mustSync = async (at) => {
    assert.ok(await open(), `the store does not open after a stop at write ${at}`)
    await add("here", `a-${at}`)
    await add("there", `b-${at}`)
    for (const where of ["here", "there"]) {
      await until(`everything ${where} after a stop at write ${at}`, () => notes(where), areAll)
    }
    await lab.here.call("close")
  }
  /** Every one of the first writes, where each means something else, then every `step`-th. */
  const eachWrite = async (step, prepare) => {
    let stops = 0
    for (let at = 1; ; at += isEvery ? 1 : step) {
      await prepare(at)
      const isStopped = await stopAt(at)
      await mustSync(at)
      if (!isStopped) return stops
      stops += 1
    }
  }

  it("at its first start", { timeout: testTimeoutMs }, async (test) => {
    await begin()
    const stops = await eachWrite(23, async (at) => {
      if (at > 1) await lab.here.call("forget", storeId)
    })
    test.diagnostic(`${stops} stops`)
    assert.ok(stops > 0)
    await lab.there.call("close")
  })

  it("while events of others come in", { timeout: testTimeoutMs }, async (test) => {
    await begin()
    await mustSync("none")
    const stops = await eachWrite(11, (at) => add("there", ...[1, 2, 3].map((n) => `b-${at}-${n}`)))
    test.diagnostic(`${stops} stops`)
    assert.ok(stops > 0)
    await lab.there.call("close")
  })

  it("while its own are moved behind those of others", { timeout: testTimeoutMs }, async (test) => {
    await begin()
    await mustSync("none")
    const stops = await eachWrite(11, async (at) => {
      await addUnsent(`a-${at}-1`, `a-${at}-2`)
      await add("there", ...[1, 2, 3].map((n) => `b-${at}-${n}`))
    })
    test.diagnostic(`${stops} stops`)
    assert.ok(stops > 0)
    await lab.there.call("close")
  })
})
