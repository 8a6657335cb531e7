import { expect } from "@esm-bundle/chai"
import { toHex } from "../src/utils/content-hash.js"
import { withTable } from "./database.js"
import { makeSegments } from "./segments.js"

const random = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size)
  for (let offset = 0; offset < size; offset += 65_536)
    crypto.getRandomValues(bytes.subarray(offset, Math.min(size, offset + 65_536)))
  return bytes
}

const native = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))

describe("makeSegments", () => {
  // The first test: a worker sweeps once.
  it("removes what a stopped worker left, also when its clock was ahead, and nothing of one that runs", async () => {
    const hourMs = 3_600_000
    const keys = [-2, -0.1, 0.1, 2].map((hours) => [Date.now() + hours * hourMs, 0.5, 0])
    for (const key of keys) await withTable("readwrite", (table) => table.put(new Blob(["x"]), key))
    const left = async () => {
      const all = await withTable("readonly", (table) => table.getAllKeys())
      return all.filter((key) => Array.isArray(key) && key[1] === 0.5)
    }
    makeSegments()
    while ((await left()).length > 2);
    expect(await left()).to.deep.equal([keys[1], keys[2]])
    await withTable("readwrite", (table) => table.delete(IDBKeyRange.bound([0], [Number.POSITIVE_INFINITY])))
  })

  for (const sizes of [[], [1], [3, 60, 1], [70_000, 1], [4_194_303, 1, 1], [9_000_001, 64]]) {
    const name = sizes.length === 0 ? "nothing" : `pieces of ${sizes.join(" and ")} bytes`
    it(`gives back ${name} with the hash that the browser has for the whole`, async () => {
      const whole = random(sizes.reduce((sum, size) => sum + size, 0))
      const segments = makeSegments()
      let offset = 0
      for (const size of sizes) {
        await segments.add(whole.subarray(offset, offset + size))
        offset += size
      }
      const { bytes, contentHash } = segments.finish()
      expect(contentHash).to.equal(await native(whole))
      expect(await native(new Uint8Array(await bytes.arrayBuffer()))).to.equal(contentHash)
      await segments.discard()
    })
  }
})
