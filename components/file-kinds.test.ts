import { expect } from "@esm-bundle/chai"
import { endingOf, iconOfFile, splitName } from "./file-kinds.js"

describe("what kind of file it is", () => {
  it("is found by the type, or by the file extension", () => {
    const kinds = [
      ["image/heic", "a"],
      ["", "data.csv"],
      ["application/x-zip-compressed", "a"],
      ["application/pdf", "a"],
      ["", "a.mystery"],
    ] as const
    expect(kinds.map(([type, name]) => iconOfFile(type, name))).to.deep.equal([
      "picture",
      "sheet",
      "archive",
      "text",
      "file",
    ])
  })

  it("has an ending only where a person would know one", () => {
    expect(["letter.pdf", ".gitignore", "a.b c", "x.<img>", "y"].map(endingOf)).to.deep.equal([
      "PDF",
      "",
      "",
      "",
      "",
    ])
  })

  it("never cuts a name within a character", () => {
    const name = `${"👩‍👩‍👧".repeat(9)}.png`
    expect(splitName(name).join("")).to.equal(name)
    expect(splitName("short.png")).to.deep.equal(["short.png", ""])
  })
})
