import { expect } from "@esm-bundle/chai"
import { TransferTable } from "./transfer-table.js"

describe("TransferTable", () => {
  const drain = (table: TransferTable, queue: Parameters<TransferTable["next"]>[0]): string => {
    let order = ""
    for (let next = table.next(queue); next !== undefined; next = table.next(queue)) {
      order += next.contentHash
      table.remove(next.kind, next.contentHash)
    }
    return order
  }

  it("gives visible before requested before background, each by arrival", () => {
    const table = new TransferTable()
    for (const hash of "abc") table.enqueue("upload", hash, 1, "background")
    for (const hash of "de") table.enqueue("upload", hash, 1, "visible")
    for (const hash of "fg") table.enqueue("upload", hash, 1, "requested")
    expect(drain(table, "upload-large")).to.equal("defgabc")
  })

  it("says whether an enqueue changed anything: a new transfer, or a higher priority", () => {
    const table = new TransferTable()
    expect(table.enqueue("upload", "a", 1, "requested")).to.equal(true)
    expect(table.enqueue("upload", "a", 1, "requested")).to.equal(false)
    expect(table.enqueue("upload", "a", 1, "background")).to.equal(false)
    expect(table.enqueue("upload", "a", 1, "visible")).to.equal(true)
    expect(table.enqueue("download", "a", 1, "background")).to.equal(true)
    expect([...table.all()]).to.have.length(2)
  })

  it("keeps small files in a queue of their own, each direction apart", () => {
    const table = new TransferTable(10)
    table.enqueue("upload", "a", 10, "background")
    table.enqueue("upload", "b", 11, "background")
    table.enqueue("download", "c", 0, "background")
    expect(drain(table, "upload-small")).to.equal("a")
    expect(drain(table, "upload-large")).to.equal("b")
    expect(drain(table, "download-small")).to.equal("c")
    expect(drain(table, "download-large")).to.equal("")
  })

  it("counts what runs through every change of phase, and is idle when nothing is left but failures", () => {
    const table = new TransferTable()
    expect(table.isIdle).to.equal(true)
    const id = { kind: "upload", contentHash: "a" } as const
    table.enqueue("upload", "a", 5, "background")
    const steps: ReadonlyArray<
      readonly [phase: "queued" | "running" | "waiting" | "failed", running: number, idle: boolean]
    > = [
      ["running", 1, false],
      ["running", 1, false],
      ["waiting", 0, false],
      ["queued", 0, false],
      ["running", 1, false],
      ["failed", 0, true],
      ["queued", 0, false],
    ]
    for (const [phase, running, idle] of steps) {
      table.patch(id, { phase })
      expect(table.running("upload-large"), phase).to.equal(running)
      expect(table.isIdle, phase).to.equal(idle)
      expect(table.next("upload-large")?.contentHash, phase).to.equal(phase === "queued" ? "a" : undefined)
    }
    table.remove("upload", "a")
    expect(table.isIdle).to.equal(true)
    expect(table.remove("upload", "a")).to.equal(false)
  })

  it("keeps its counts when a size turns out to be another", () => {
    const table = new TransferTable(10)
    const id = { kind: "download", contentHash: "a" } as const
    table.enqueue("download", "a", 5, "background")
    table.patch(id, { phase: "running" })
    table.patch(id, { bytesTotal: 1_000 })
    table.patch(id, { bytesTotal: 3 })
    table.remove("download", "a")
    expect(table.running("download-small")).to.equal(0)
    expect(table.running("download-large")).to.equal(0)
  })

  it("ignores changes of what is not there, and is empty after clear", () => {
    const table = new TransferTable()
    table.patch({ kind: "upload", contentHash: "nobody" }, { phase: "running" })
    expect(table.isIdle).to.equal(true)
    for (const hash of "ab") table.enqueue("upload", hash, 1, "background")
    table.patch({ kind: "upload", contentHash: "a" }, { phase: "running" })
    table.clear()
    expect(table.isIdle).to.equal(true)
    expect(table.running("upload-large")).to.equal(0)
    expect(table.next("upload-large")).to.equal(undefined)
  })
})
