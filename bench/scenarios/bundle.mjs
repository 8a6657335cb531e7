import { gzipSync } from "node:zlib"
import { bundleTextWorker } from "../../scripts/build/text-workers.mjs"
import { measureSizes } from "../../scripts/size.mjs"

/** What a page downloads, packed as a server packs it. */
export const bundle = {
  names: ["bundle"],
  subjects: ["ours"],
  parts: ["library", "drop-in", "service-worker"],
  async run({ record }) {
    for (const { name, gzipBytes } of measureSizes()) record("ours", name, "KB gzip", gzipBytes / 1000)
    const { source } = await bundleTextWorker("virtual:io-worker")
    record("ours", "I/O worker (within the engine)", "KB gzip", gzipSync(source, { level: 9 }).length / 1000)
  },
}
