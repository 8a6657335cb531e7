import { expect } from "@esm-bundle/chai"
import { nameKey } from "./name-key.js"

const byKey = (one: string, other: string): number =>
  nameKey(one) < nameKey(other) ? -1 : nameKey(one) > nameKey(other) ? 1 : 0

describe("nameKey", () => {
  it("sorts names as people count, accents where they belong", () => {
    const sorted = [
      "1.txt",
      "02.txt",
      "10.txt",
      "2024-01-02.jpg",
      "2024-11-01.jpg",
      "ähre.png",
      "apfel 2.png",
      "Äpfel 10.png",
      "Birne",
      "file2",
      "file10",
      "File10b",
      "file 2".replace(" ", "3"),
      "Øl",
      "straße",
      "strassf",
      "zebra",
      "Ελλάδα",
      "Ёлка",
      "日本",
    ]
    const expected = [...sorted].toSorted(new Intl.Collator("en", { numeric: true }).compare)
    expect(sorted.toReversed().toSorted(byKey)).to.deep.equal(expected)
  })

  it("gives one key for one name, however its accents are written", () => {
    expect(nameKey("ähre")).to.equal(nameKey("a\u0308hre"))
    expect(nameKey("ﬁle")).to.equal(nameKey("file"))
    expect(nameKey("file007")).to.equal(nameKey("file7"))
  })

  it("takes any name", () => {
    for (const name of ["", "\ud800", "a\u0000b", "9".repeat(400), "\u0301".repeat(300), "é".repeat(600)]) {
      expect(nameKey(name)).to.be.a("string")
      expect(nameKey(name).isWellFormed()).to.equal(true)
    }
    expect(byKey("9".repeat(120), "9".repeat(121))).to.be.lessThan(1)
  })
})
