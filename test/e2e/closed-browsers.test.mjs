/** The short form of `npm run chaos`, see `test/chaos/rounds.mjs`. */
import { after, before, describe, it } from "node:test"
import { startChaos } from "../chaos/rounds.mjs"

/** As many rounds as begin within this time, and one at least. */
const beginWithinMs = 20_000
const testTimeoutMs = 290_000

describe("three devices, of which one is closed or killed at any moment", { timeout: testTimeoutMs }, () => {
  let chaos

  before(async () => {
    chaos = await startChaos({ seed: 7, say: () => {} })
  })
  after(() => chaos?.stop())

  it("agree on everything after each round, and all of it is uploaded", async (test) => {
    const endAt = Date.now() + beginWithinMs
    do await chaos.round()
    while (Date.now() < endAt)
    test.diagnostic(JSON.stringify(chaos.counts()))
  })
})
