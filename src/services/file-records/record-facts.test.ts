import { expect } from "@esm-bundle/chai"
import { type RecordPosition, standingOf, timeOfChange } from "./record-facts.js"

const dayMs = 24 * 60 * 60 * 1000

describe("a deletion by a device whose clock is a day ahead, and which the backend has not confirmed there", () => {
  const now = Date.parse("2026-03-01")
  const deletedAt = now + dayMs
  const live: RecordPosition = { contentHash: "h", remoteKey: "k", updatedAt: now - dayMs, deletedAt: null }
  const deleted: RecordPosition = { ...live, deletedAt }
  const standing = (position: RecordPosition) =>
    standingOf(
      { name: "v1.FileDeleted", before: { file: live } },
      { id: "file", deletedAt: new Date(deletedAt).toISOString() },
      { positionOf: () => position, hadContent: () => false },
    )
  const restored: RecordPosition = { ...live, updatedAt: timeOfChange(now, deleted).getTime() }

  it("is made again where LiveStore has lost it", () => {
    expect(standing(live)).to.equal("lost")
  })

  it("is not made again over a restoration by a device whose clock is right", () => {
    expect(standing(restored)).to.equal("superseded")
  })

  it("is not made again over what was changed after the restoration", () => {
    const updatedAt = timeOfChange(now + 1, restored).getTime()
    expect(standing({ ...restored, contentHash: "h2", updatedAt })).to.equal("superseded")
  })
})

describe("the time of a change", () => {
  it("is the clock's, but later than what the record says already", () => {
    const position = { contentHash: "h", remoteKey: null, updatedAt: 50, deletedAt: null }
    expect(timeOfChange(100, undefined).getTime()).to.equal(100)
    expect(timeOfChange(100, position).getTime()).to.equal(100)
    expect(timeOfChange(50, position).getTime()).to.equal(51)
    expect(timeOfChange(40, { ...position, deletedAt: 200 }).getTime()).to.equal(201)
    expect(timeOfChange(40, { ...position, updatedAt: 8.64e15 }).getTime()).to.equal(8.64e15)
  })
})
