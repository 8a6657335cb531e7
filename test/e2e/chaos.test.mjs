/** The short form of `npm run chaos`, see `test/chaos/rounds.mjs`: about a minute. */
import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { startChaos } from "../chaos/rounds.mjs"

const seed = 7
/** A second round begins within this time, else one is enough. */
const beginWithinMs = 20_000
/** A busy machine starts browsers slowly, and each round gives a device minutes to settle. */
const testTimeoutMs = 800_000

describe("three devices behind connections that break, ended at any moment", {
  timeout: testTimeoutMs,
}, () => {
  let chaos

  before(async () => {
    // On a busy machine a page may give up waiting for an answer that was sent.
    chaos = await startChaos({ seed, say: () => {}, endings: ["kill", "close"], mayRepeat: true })
  })
  after(() => chaos?.stop())

  it("have exactly what was done, all of it uploaded and right, and never said so too early", async (test) => {
    const endAt = performance.now() + beginWithinMs
    await chaos.round()
    if (performance.now() < endAt) await chaos.round()
    test.diagnostic(JSON.stringify(chaos.counts()))
    assert.deepEqual(chaos.failures(), [])
  })
})
