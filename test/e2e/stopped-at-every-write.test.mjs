/**
 * LiveStore's worker ends before a write to a file: at its first start, while events of others come in, and while its own are
 * moved behind those. Each ends in a device that has everything and is heard. Some of the writes here, spread over all of them;
 * each of them with `FILESYNC_LONG=1`.
 */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { startLab, until } from "../livestore/lab.mjs"

const isLong = (process.env.FILESYNC_LONG ?? "") !== ""
const testTimeoutMs = isLong ? 60 * 60_000 : 290_000

describe("a device whose LiveStore worker ends before a write", { timeout: 3 * testTimeoutMs }, () => {
  let lab
  let storeId
  /** What both devices have to list. */
  let wanted
  let lost
  let found

  before(async () => {
    lab = await startLab()
  })
  after(() => lab?.stop())

  const open = (options = {}) => lab.here.call("open", { storeId, sync: lab.sync, ...options })
  const close = () => lab.here.call("close")
  const notes = (where) => lab[where].call("notes")
  const add = async (where, ...ids) => {
    await lab[where].call("add", ...ids)
    wanted.push(...ids)
  }
  const comes = (where, id) =>
    until(
      `${id} ${where}`,
      () => notes(where),
      (listed) => listed.includes(id),
    )
  const agree = async (when) => {
    const all = wanted.toSorted().join()
    for (const where of ["here", "there"])
      await until(
        `everything ${where} ${when}`,
        () => notes(where),
        (listed) => listed.join() === all,
      )
  }
  const repairs = async () => {
    const said = (await lab.here.heard()).find((one) => one.report !== undefined)?.report
    return said?.repairs?.map(({ what, reason }) => reason ?? what).join(" and ") ?? said?._tag
  }

  const begin = async () => {
    storeId = `stopped-${Date.now()}`
    wanted = []
    lost = 0
    found = {}
    assert.ok(await lab.there.call("open", { storeId, sync: lab.sync, inMemory: true }))
    await add("there", "b0", "b1")
  }
  const forget = () => until("files that nobody holds", () => lab.here.call("forget", storeId), Boolean)
  const addUnsent = async (...ids) => {
    assert.ok(await open({ sync: undefined }))
    await lab.here.call("add", ...ids)
    await lab.here.call("quiet")
    await close()
  }

  /** Opens the store, and lets its worker end before the `at`-th write. Resolves with whether it came so far. */
  const endBefore = async (at, isDone) => {
    const isOver = async () => (await lab.here.heard()).some(({ stopped }) => stopped !== undefined)
    if (await open({ worker: { stopAt: String(at) } }))
      await until("the end of the worker", async () => (await isOver()) || (await isDone()), Boolean)
    const wasOver = await isOver()
    await close()
    return wasOver
  }
  const mustSync = async (at, own) => {
    const when = `after the end before write ${at}`
    assert.ok(await open(), `the store opens ${when}; ${await repairs()}`)
    const repaired = await repairs()
    found[repaired] = (found[repaired] ?? 0) + 1
    await add("here", `a-${at}`)
    await add("there", `c-${at}`)
    await comes("there", `a-${at}`)
    await comes("here", `c-${at}`)
    // LiveStore itself has lost its own events when it had taken them out of its log: then they are nowhere.
    const listed = await notes("there")
    const kept = own.filter((id) => listed.includes(id))
    lost += own.length - kept.length
    wanted.push(...kept)
    await agree(`${when}; ${repaired}`)
    await close()
  }
  /** Each write of a situation, or `some` of them. `prepare` resolves with own events that were not sent. */
  const endBeforeWrites = async (test, some, prepare) => {
    let stops = 0
    for (let at = isLong ? 1 : some[0]; at !== undefined; at = isLong ? at + 1 : some[stops]) {
      const own = await prepare(at)
      const isDone = async () => (await notes("here")).length >= wanted.length + own.length
      const wasOver = await endBefore(at, isDone)
      await mustSync(at, own)
      if (!wasOver) break
      stops += 1
    }
    test.diagnostic(`${stops} stops; ${JSON.stringify(found)}; ${lost} own events lost`)
    assert.ok(isLong ? stops > 50 : stops === some.length, `${stops} stops`)
    await lab.there.call("close")
  }

  it("at its first start", { timeout: testTimeoutMs }, async (test) => {
    await begin()
    await endBeforeWrites(test, [30, 400], async () => {
      await forget()
      return []
    })
  })

  it("while events of others come in", { timeout: testTimeoutMs }, async (test) => {
    await begin()
    await mustSync(0, [])
    await endBeforeWrites(test, [40], async (at) => {
      await add("there", `b-${at}-1`, `b-${at}-2`, `b-${at}-3`)
      return []
    })
  })

  it("while its own are moved behind those of others", { timeout: testTimeoutMs }, async (test) => {
    await begin()
    await mustSync(0, [])
    await endBeforeWrites(test, [60, 150], async (at) => {
      const own = [`d-${at}-1`, `d-${at}-2`]
      await addUnsent(...own)
      await add("there", `b-${at}-1`, `b-${at}-2`, `b-${at}-3`)
      return own
    })
  })
})
