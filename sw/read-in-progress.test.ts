import { expect } from "@esm-bundle/chai"
import { startDownload } from "./in-progress-download.js"
import { readInProgress } from "./read-in-progress.js"

const content = Uint8Array.from({ length: 100 }, (_, index) => index)

const setUp = () => {
  const readerCounts: Array<number> = []
  const source = startDownload(
    content.length,
    async (start, end) => content.slice(start, Math.min(end, start + 10)),
    (count) => readerCounts.push(count),
  )
  const ended: Array<Promise<unknown>> = []
  const open = (start = 0, end = content.length - 1) =>
    readInProgress(source.download, start, end, (until) => ended.push(until)).getReader()
  return { source, open, readerCounts, ended }
}

const take = async (
  reader: ReadableStreamDefaultReader<Uint8Array>,
  bytes: number,
): Promise<Array<number>> => {
  const taken: Array<number> = []
  while (taken.length < bytes) {
    const { value, done } = await reader.read()
    if (done) break
    taken.push(...value)
  }
  return taken
}

const outcome = (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> =>
  reader.read().then(
    ({ done }) => (done ? "end" : "bytes"),
    () => "error",
  )

describe("readInProgress", () => {
  it("gives what has arrived, and the last byte only after the check", async () => {
    const { source, open, ended } = setUp()
    const reader = open()
    source.advance(30)
    expect(await take(reader, 30)).to.deep.equal([...content.slice(0, 30)])
    source.advance(100)
    expect(await take(reader, 69)).to.deep.equal([...content.slice(30, 99)])
    const last = reader.read()
    source.finish(true)
    expect([...((await last).value ?? [])]).to.deep.equal([99])
    expect(await outcome(reader)).to.equal("end")
    await Promise.all(ended)
  })

  it("breaks off when the check fails, before the last byte", async () => {
    const { source, open, ended } = setUp()
    const reader = open()
    source.advance(100)
    await take(reader, 99)
    const next = outcome(reader)
    source.finish(false)
    expect(await next).to.equal("error")
    await Promise.all(ended)
  })

  it("ends a part that is already there without waiting for the rest", async () => {
    const { source, open } = setUp()
    source.advance(50)
    const reader = open(20, 39)
    expect(await take(reader, 100)).to.deep.equal([...content.slice(20, 40)])
  })

  it("serves readers at their own pace, and counts them out when they leave", async () => {
    const { source, open, readerCounts } = setUp()
    const slow = open()
    const fast = open()
    const leaving = open()
    source.advance(100)
    source.finish(true)
    await leaving.cancel()
    expect(await take(fast, 100)).to.deep.equal([...content])
    expect(await take(slow, 5)).to.have.length(10)
    expect(await take(slow, 90)).to.have.length(90)
    await outcome(fast)
    await outcome(slow)
    expect(readerCounts).to.deep.equal([1, 2, 3, 2, 1, 0])
  })

  it("asks for nothing that the reader has not pulled", async () => {
    let reads = 0
    const source = startDownload(100, async (start, end) => {
      reads++
      return content.slice(start, end)
    })
    source.advance(100)
    source.finish(true)
    readInProgress(source.download, 0, 99, () => {})
    await Promise.resolve()
    expect(reads).to.equal(0)
  })
})
