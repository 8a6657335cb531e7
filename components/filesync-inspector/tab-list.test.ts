import { expect } from "@esm-bundle/chai"
import { tabAfterKey } from "./tab-list.js"

describe("tabAfterKey", () => {
  const steps: ReadonlyArray<
    readonly [key: string, at: number, leftToRight: number | undefined, rightToLeft: number | undefined]
  > = [
    ["ArrowRight", 0, 1, 2],
    ["ArrowRight", 2, 0, 1],
    ["ArrowLeft", 0, 2, 1],
    ["Home", 1, 0, 0],
    ["End", 1, 2, 2],
    ["ArrowDown", 1, undefined, undefined],
    ["a", 1, undefined, undefined],
  ]
  for (const [key, at, leftToRight, rightToLeft] of steps) {
    it(`leads from ${at} of three by ${key} to ${leftToRight}, and in right-to-left text to ${rightToLeft}`, () => {
      expect(tabAfterKey(key, at, 3, false)).to.equal(leftToRight)
      expect(tabAfterKey(key, at, 3, true)).to.equal(rightToLeft)
    })
  }
})
