import { expect } from "@esm-bundle/chai"
import { nothingKnown } from "../test-support/at-rest.js"
import { UploadItem } from "./upload-item.js"
import { arrangeRows } from "./upload-rows.js"

const item = (name: string, finishedAt?: number): UploadItem => {
  const made = new UploadItem({ file: new File([], name), name })
  if (finishedAt !== undefined) {
    made.phase = "saved"
    made.follow({ ...nothingKnown, transfer: "done", remote: true }, finishedAt)
  }
  return made
}
const failed = (name: string): UploadItem => Object.assign(item(name), { phase: "failed" })
const names = (items: ReadonlyArray<UploadItem>) => items.map(({ name }) => name)

describe("arrangeRows", () => {
  it("has what failed first, then what is unfinished, then what has just finished", () => {
    const items = [item("done", 1000), item("waiting"), failed("failed"), item("also waiting")]
    const { rows, folded, nextAt } = arrangeRows(items, { now: 2000, keepsFinished: false })
    expect(names(rows)).to.deep.equal(["failed", "waiting", "also waiting", "done"])
    expect([folded.length, nextAt]).to.deep.equal([0, 5000])
  })

  it("folds what is finished for a while, and lets it go once nothing else is left", () => {
    const items = [item("a", 1000), item("b", 2000)]
    const at = (now: number, keepsFinished = false) => arrangeRows(items, { now, keepsFinished })
    expect([names(at(5500).rows), names(at(5500).folded)]).to.deep.equal([["b"], ["a"]])
    expect([at(7000).isOver, at(7000).nextAt]).to.deep.equal([false, 16_000])
    expect(at(16_000).isOver).to.equal(true)
    expect(at(16_000, true).isOver, "in a form").to.equal(false)
  })

  it("never folds what is from an earlier visit", () => {
    const earlier = new UploadItem({ fileId: "a", name: "a", sizeBytes: 1, mimeType: "" })
    earlier.follow({ ...nothingKnown, transfer: "done", remote: true }, 0)
    expect(names(arrangeRows([earlier], { now: 1e6, keepsFinished: false }).rows)).to.deep.equal(["a"])
  })
})
