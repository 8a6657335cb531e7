import { expect } from "@esm-bundle/chai"
import { fromLines, toLines } from "../../outbox/journal-state.js"
import type { OutboxEntry } from "../../outbox/Outbox.js"
import { appendWhole, makeJournals } from "./journal.js"

/** A file on a disk that takes so many more bytes; `isStuck` = it cannot be cut either. */
const fileOnDisk = () => {
  let bytes = new Uint8Array()
  const disk = { freeBytes: Number.POSITIVE_INFINITY, isStuck: false }
  return {
    disk,
    text: () => new TextDecoder().decode(bytes),
    getSize: () => bytes.byteLength,
    truncate: (sizeBytes: number) => {
      if (disk.isStuck) throw new DOMException("No", "InvalidStateError")
      bytes = bytes.slice(0, sizeBytes)
    },
    write: (given: AllowSharedBufferSource, { at = 0 }: { at?: number } = {}) => {
      const more = new Uint8Array(given as unknown as Uint8Array<ArrayBuffer>).slice(0, disk.freeBytes)
      const grown = new Uint8Array(Math.max(bytes.byteLength, at + more.byteLength))
      grown.set(bytes)
      grown.set(more, at)
      bytes = grown
      disk.freeBytes -= more.byteLength
      return more.byteLength
    },
  }
}

const entry = (id: string): OutboxEntry => ({ type: "settled", id, contentHash: "a" })
const idsIn = (text: string) => fromLines(text).flatMap((read) => ("id" in read ? [read.id] : []))
const bytesOf = (id: string) => new TextEncoder().encode(`\n${toLines([entry(id)])}`)

describe("a journal on a disk that fails", () => {
  for (const isStuck of [false, true]) {
    it(`loses no entry to one that was written half${isStuck ? ", even when it cannot be taken back" : ""}`, () => {
      const length = bytesOf("two").byteLength
      for (let fits = 0; fits < length; fits++) {
        const file = fileOnDisk()
        appendWhole(file, bytesOf("one"))
        const before = file.text()
        Object.assign(file.disk, { freeBytes: fits, isStuck })
        expect(() => appendWhole(file, bytesOf("two"))).to.throw("no more bytes")
        if (!isStuck) expect(file.text()).to.equal(before)
        Object.assign(file.disk, { freeBytes: Number.POSITIVE_INFINITY, isStuck: false })
        appendWhole(file, bytesOf("three"))
        // The last byte of an entry is its newline; without it the entry may be whole.
        expect(idsIn(file.text()).filter((id) => id !== "two")).to.deep.equal(["one", "three"])
      }
    })
  }
})

describe("a journal of a worker that was killed while it wrote", () => {
  it("loses none of the next worker's entries to half a line", async () => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle(crypto.randomUUID(), { create: true })
    await makeJournals(folder).append("tab", toLines([entry("one")]))
    await makeJournals(folder).append("tab", toLines([entry("half")]).slice(0, -9))
    const next = makeJournals(folder)
    await next.append("tab", toLines([entry("two")]))
    expect(idsIn(await next.read("tab"))).to.deep.equal(["one", "two"])
    await root.removeEntry(folder.name, { recursive: true })
  })
})
