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

describe("a change that LiveStore has lost, of a file that was uploaded meanwhile", () => {
  const then: RecordPosition = { contentHash: "h", remoteKey: null, updatedAt: 50, deletedAt: null }
  const uploaded: RecordPosition = { ...then, remoteKey: "k" }
  const standing = (name: string, file: Record<string, unknown>, now: RecordPosition) =>
    standingOf(
      { name, before: { file: then } },
      { id: "file", ...file },
      { positionOf: () => now, hadContent: () => false },
    )

  it("is made again: an upload is nothing that others did to it", () => {
    expect(standing("v1.FileUpdated", { name: "other.txt", updatedAt: 60 }, uploaded)).to.equal("lost")
    expect(standing("v1.FileUpdated", { contentHash: "h2", updatedAt: 60 }, uploaded)).to.equal("lost")
    expect(standing("v1.FileDeleted", { deletedAt: 60 }, uploaded)).to.equal("lost")
    // By a version that took the clock's time as it was.
    expect(standing("v1.FileDeleted", { deletedAt: 40 }, uploaded)).to.equal("lost")
  })

  it("is not made again over what others did", () => {
    const renamed = { ...uploaded, updatedAt: 55 }
    expect(standing("v1.FileUpdated", { name: "other.txt", updatedAt: 60 }, renamed)).to.equal("superseded")
    const deleted = { ...uploaded, deletedAt: 55 }
    expect(standing("v1.FileUpdated", { name: "other.txt", updatedAt: 60 }, deleted)).to.equal("superseded")
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
