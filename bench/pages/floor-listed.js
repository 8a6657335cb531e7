/** The floor of a save that is also listed: the bare job by hand, then one LiveStore commit of the same event. */
import { files } from "../../dist/schema.js"
import { madeUpHash } from "./fill-store.js"
import "./floor.js"
import { openStore } from "./open-store.js"

const floor = globalThis.subject
let store

globalThis.subject = {
  ...floor,
  async open({ storeId }) {
    await floor.open({ storeId })
    store = await openStore({
      storeId,
      workerUrl: new URL("./store-worker.js", import.meta.url),
      sharedUrl: new URL("./shared.js", import.meta.url),
    })
  },
  async saveOne(at) {
    const beginMs = performance.now()
    await floor.saveOne(at)
    const contentHash = madeUpHash(at)
    store.commit(
      files.events.created({
        files: [
          {
            id: `file-${at}`,
            contentHash,
            name: `file-${at}.bin`,
            mimeType: "application/octet-stream",
            sizeBytes: 10_000,
            path: `livestore-filesync-files/${store.storeId}/${contentHash.slice(0, 2)}/${contentHash}`,
            createdAt: new Date(),
          },
        ],
      }),
    )
    const [{ count }] = store.query({
      query: "SELECT COUNT(*) AS count FROM files WHERE id = $id",
      bindValues: { id: `file-${at}` },
    })
    if (count !== 1) throw new Error("It is not listed")
    return performance.now() - beginMs
  },
}
