import { expect } from "@esm-bundle/chai"
import { adaptLimit, beginLimit, type LimitState, type Seen } from "./adapt-limit.js"

describe("adaptLimit", () => {
  const max = 6
  const at = (limit: number, more: Partial<LimitState> = {}): LimitState => ({
    ...beginLimit(limit),
    ...more,
  })
  const rate = (bytesPerMs: number): Seen => ({ rate: bytesPerMs })
  const table: ReadonlyArray<readonly [what: string, before: LimitState, seen: Seen, after: LimitState]> = [
    ["tries one more when nothing is known", at(4), rate(100), at(5, { rateBeforeStep: 100 })],
    [
      "goes on while a step brings more than a tenth",
      at(5, { rateBeforeStep: 100 }),
      rate(111),
      at(6, { rateBeforeStep: 111 }),
    ],
    [
      "takes a step back that brought less, and rests",
      at(5, { rateBeforeStep: 100 }),
      rate(109),
      at(4, { rest: 15 }),
    ],
    [
      "takes a step back after which less moved",
      at(5, { rateBeforeStep: 100 }),
      rate(20),
      at(4, { rest: 15 }),
    ],
    ["lets a window pass while it rests", at(4, { rest: 15 }), rate(500), at(4, { rest: 14 })],
    ["tries again when it has rested", at(4, { rest: 0 }), rate(500), at(5, { rateBeforeStep: 500 })],
    ["stays at the bound", at(6), rate(1000), at(6)],
    ["stays at the bound after a step that paid", at(6, { rateBeforeStep: 100 }), rate(200), at(6)],
    ["halves after congestion", at(6, { rateBeforeStep: 100 }), "congestion", at(3, { rest: 5 })],
    ["halves downwards", at(3), "congestion", at(1, { rest: 5 })],
    ["never goes below one", at(1, { rest: 2 }), "congestion", at(1, { rest: 5 })],
    ["takes no step back below one", at(1, { rateBeforeStep: 100 }), rate(0), at(1, { rest: 15 })],
  ]
  for (const [what, before, seen, after] of table) {
    it(what, () => expect(adaptLimit(before, seen, max)).to.deep.equal(after))
  }

  /** The limits after each of these windows on a connection that moves `rateAt(limit)`. */
  const climb = (windows: number, rateAt: (limit: number) => number, from = beginLimit(4)) => {
    let state = from
    return Array.from(
      { length: windows },
      () => (state = adaptLimit(state, rate(rateAt(state.limit)), max)).limit,
    )
  }

  it("keeps to a bound of one", () => {
    expect(adaptLimit(at(1), rate(1000), 1)).to.deep.equal(at(1))
    expect(adaptLimit(at(1), "congestion", 1)).to.deep.equal(at(1, { rest: 5 }))
  })

  it("climbs to the bound on a connection whose latency is the cost", () => {
    expect(climb(4, (limit) => limit * 100)).to.deep.equal([5, 6, 6, 6])
  })

  it("stays where it began on a saturated connection, but for a probe now and then", () => {
    const limits = climb(100, () => 100)
    expect(limits.slice(0, 2)).to.deep.equal([5, 4])
    expect(Math.max(...limits)).to.equal(5)
    expect(limits.filter((limit) => limit === 5)).to.have.length(6)
  })

  it("grows again after congestion as far as it pays", () => {
    const fallen = adaptLimit(adaptLimit(beginLimit(6), "congestion", max), "congestion", max)
    expect(climb(12, (limit) => limit * 100, fallen)).to.deep.equal([1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6])
  })
})
