import { expect } from "@esm-bundle/chai"
import { type Showing, targetPixels } from "./target-size.js"

const photo = { width: 4000, height: 3000 }
const square = { width: 200, height: 200 }

describe("targetPixels", () => {
  const cases: ReadonlyArray<readonly [what: string, showing: Partial<Showing>, pixels: number]> = [
    ["a photo inside a square", {}, 200],
    ["a photo that fills a square", { fit: "cover" }, 267],
    ["an upright photo that fills a square", { fit: "cover", own: { width: 3000, height: 4000 } }, 267],
    ["a photo on a dense screen", { density: 2 }, 400],
    [
      "an upright photo in a wide box",
      { box: { width: 400, height: 100 }, own: { width: 3000, height: 4000 } },
      100,
    ],
    ["a wide photo that fills a high box", { box: { width: 100, height: 400 }, fit: "cover" }, 534],
    ["an unknown picture inside its box", { own: {} }, 200],
    ["an unknown picture that fills its box", { own: {}, fit: "cover" }, 300],
    ["a picture shown pixel by pixel", { fit: "none" }, Number.POSITIVE_INFINITY],
    ["a box that has not been measured", { box: undefined }, Number.POSITIVE_INFINITY],
    ["a box without room", { box: { width: 0, height: 0 } }, Number.POSITIVE_INFINITY],
  ]
  for (const [what, showing, pixels] of cases) {
    it(`wants ${pixels} for ${what}`, () => {
      expect(targetPixels({ box: square, own: photo, fit: "contain", density: 1, ...showing })).to.equal(
        pixels,
      )
    })
  }
})
