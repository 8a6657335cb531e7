import { expect } from "@esm-bundle/chai"
import { arrange, longestRising } from "./keyed-rows.js"

describe("longestRising", () => {
  const cases: ReadonlyArray<readonly [numbers: ReadonlyArray<number>, length: number]> = [
    [[], 0],
    [[-1, -1], 0],
    [[0, 1, 2], 3],
    [[2, 1, 0], 1],
    [[1, 2, 0], 2],
    [[3, 0, 1, -1, 2, 4], 4],
  ]
  for (const [numbers, length] of cases) {
    it(`finds ${length} in ${JSON.stringify(numbers)}`, () => {
      const run = [...longestRising(numbers)].toSorted((a, b) => a - b).map((at) => numbers[at] ?? Number.NaN)
      expect(run).to.have.lengthOf(length)
      expect(run.every((number, at) => number >= 0 && (at === 0 || number > (run[at - 1] ?? 0)))).to.equal(
        true,
      )
    })
  }
})

describe("arrange", () => {
  const parentWith = (names: string) => {
    const parent = document.createElement("div")
    for (const name of names) parent.append(Object.assign(document.createElement("p"), { id: name }))
    return parent
  }
  const order = (parent: Element) => Array.from(parent.children, ({ id }) => id).join("")

  const cases: ReadonlyArray<readonly [from: string, to: string, moves: number]> = [
    ["abc", "abc", 0],
    ["abc", "bca", 1],
    ["abc", "cab", 1],
    ["abcd", "dcba", 3],
    ["abc", "xabc", 1],
    ["abc", "axbyc", 2],
  ]
  for (const [from, to, moves] of cases) {
    it(`makes ${to} of ${from} with ${moves} insertions`, async () => {
      const parent = parentWith(from)
      const observer = new MutationObserver(() => {})
      observer.observe(parent, { childList: true })
      const elements = [...to].map(
        (name) =>
          parent.querySelector(`#${name}`) ?? Object.assign(document.createElement("p"), { id: name }),
      )
      arrange(parent, elements, null)
      expect(order(parent)).to.equal(to)
      const added = observer.takeRecords().reduce((sum, { addedNodes }) => sum + addedNodes.length, 0)
      expect(added).to.equal(moves)
    })
  }
})
