import { expect } from "@esm-bundle/chai"
import { Bench } from "./bench.js"

const marker = "marker"

/** Where the marker stands in a file of this size: at its ends and in the middle; all else is zeros, which take no disk. */
const places = (sizeBytes: number) => [0, Math.floor(sizeBytes / 2), sizeBytes - marker.length]

/** A test that streams a file with holes into the store: nothing is cut, shifted or held whole. `sha256` is by OpenSSL. */
export const streamsSparseFile = (sizeBytes: number, sha256: string): void => {
  it(`takes a file of ${sizeBytes} bytes as it is, and reports its progress`, async function () {
    this.timeout(280_000)
    const bench = new Bench()
    const origin = await navigator.storage.getDirectory()
    const name = `sparse-${crypto.randomUUID()}`
    try {
      const source = await origin.getFileHandle(name, { create: true })
      const writable = await source.createWritable()
      await writable.truncate(sizeBytes)
      for (const position of places(sizeBytes))
        await writable.write({ type: "write", position, data: marker })
      await writable.close()

      const { engine } = await bench.device({ start: false })
      const reported: number[] = []
      const file = await source.getFile()
      const id = await engine.saveFile(file, { onProgress: (loadedBytes) => reported.push(loadedBytes) })
      expect(engine.getFile(id)).to.include({ sizeBytes, contentHash: sha256 })
      expect(reported.at(-1)).to.equal(sizeBytes)
      expect(reported.every((loadedBytes, at) => loadedBytes > (reported[at - 1] ?? 0))).to.equal(true)
      const stored = await engine.readFile(id)
      expect(stored.size).to.equal(sizeBytes)
      for (const position of places(sizeBytes))
        expect(await stored.slice(position, position + marker.length).text()).to.equal(marker)
    } finally {
      await bench.close()
      await origin.removeEntry(name)
    }
  })
}
