/**
 * The floor of an app that has a LiveStore store as well: a save by hand with one commit of the same event, and a start
 * by hand at the moment LiveStore says that it is ready.
 */
import { files } from "../../dist/schema.js"
import { fillStore, madeUpHash } from "./fill-store.js"
import "./floor.js"
import { openStore } from "./open-store.js"

const floor = globalThis.subject
let store

const openOwnStore = async (storeId) => {
  store = await openStore({
    storeId,
    workerUrl: new URL("./store-worker.js", import.meta.url),
    sharedUrl: new URL("./shared.js", import.meta.url),
  })
}

globalThis.subject = {
  ...floor,
  async open({ storeId }) {
    await floor.open({ storeId })
    await openOwnStore(storeId)
  },
  async fill({ storeId, count }) {
    await openOwnStore(storeId)
    await fillStore(store, count)
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- It is no array's.
    return floor.fill({ storeId, count })
  },
  async boot({ storeId }) {
    await openOwnStore(storeId)
    return floor.boot({ storeId })
  },
  async close() {
    await floor.close()
    await store.shutdownPromise()
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
