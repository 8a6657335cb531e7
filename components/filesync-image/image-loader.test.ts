import { expect } from "@esm-bundle/chai"
import { InMemoryFileSync } from "../test-support/in-memory-file-sync.js"
import { ImageLoader } from "./image-loader.js"

describe("ImageLoader", () => {
  const loading = (settled: () => void) => {
    const engine = new InMemoryFileSync()
    engine.arrive({ id: "a" })
    engine.faults.url = () => new Promise(() => {})
    const key = { engine, fileId: "a", contentHash: "1", longSidePx: Number.POSITIVE_INFINITY }
    return { loader: new ImageLoader(settled), key }
  }

  it("is slow at once with what is elsewhere", () => {
    const { loader, key } = loading(() => {})
    loader.load(key, false)
    expect(loader.isSlow).to.equal(true)
    loader.stop()
    expect(loader.isSlow).to.equal(false)
  })

  it("delays images near the viewport by a moment, and reports it", async () => {
    let report = (): void => {}
    const reported = new Promise<void>((resolve) => (report = resolve))
    const { loader, key } = loading(() => report())
    loader.load(key, true)
    expect(loader.isSlow).to.equal(false)
    await reported
    expect(loader.isSlow).to.equal(true)
    loader.stop()
  })
})
