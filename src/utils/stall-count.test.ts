import { expect } from "@esm-bundle/chai"
import { StallCount, type StoreProgress } from "./stall-count.js"

const at = (upstreamHead: string, pendingCount: number): StoreProgress => ({
  isSynced: pendingCount === 0,
  upstreamHead,
  pendingCount,
})

describe("StallCount", () => {
  const cases: ReadonlyArray<
    readonly [what: string, looks: ReadonlyArray<StoreProgress>, isStalled: boolean]
  > = [
    [
      "a store with nothing to confirm is at rest",
      [at("e4", 0), at("e4", 0), at("e4", 0), at("e4", 0)],
      false,
    ],
    ["nothing is said before the third look in a row", [at("e4", 1), at("e4", 1), at("e4", 1)], false],
    [
      "nothing confirmed for three looks is a stall",
      [at("e4", 1), at("e4", 1), at("e4", 1), at("e4", 1)],
      true,
    ],
    ["more to confirm is no progress", [at("e4", 1), at("e4", 2), at("e4", 5), at("e4", 9)], true],
    [
      "a long commit that is confirmed bit by bit moves",
      [at("e4", 90), at("e14", 80), at("e24", 70), at("e34", 60)],
      false,
    ],
    [
      "new events while others are confirmed move",
      [at("e4", 9), at("e9", 9), at("e14", 9), at("e19", 9)],
      false,
    ],
    [
      "client-only events are confirmed without a new head",
      [at("e4", 9), at("e4", 8), at("e4", 7), at("e4", 6)],
      false,
    ],
    [
      "progress restarts the count",
      [at("e4", 2), at("e4", 2), at("e4", 2), at("e5", 1), at("e5", 1), at("e5", 1)],
      false,
    ],
  ]
  for (const [what, looks, isStalled] of cases) {
    it(what, () => {
      const count = new StallCount()
      expect(looks.map((now) => count.look(now)).at(-1)).to.equal(isStalled)
    })
  }
})
