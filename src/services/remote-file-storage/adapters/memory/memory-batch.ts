import { type BatchSupport, RemoteFailure } from "../../../../types/index.js"
import { isRemoteFailure } from "../http/failure.js"
import { type MemoryStore, findObject, storeVerified } from "./memory-store.js"

/** Batches in memory, with the limits of our server. */
export const memoryBatch = (store: MemoryStore): BatchSupport => ({
  maxFiles: 1000,
  maxFileBytes: 4 * 1024 ** 2,
  maxTotalBytes: 32 * 1024 ** 2,

  uploadMany: async ({ files, signal }) => {
    await store.before("uploadMany", "", signal)
    return Promise.all(
      files.map(({ body, ...file }) =>
        asResult(async () => {
          await storeVerified(store, { ...file, signal }, body)
          return { key: file.key }
        }),
      ),
    )
  },

  downloadMany: async ({ files, signal, onFile }) => {
    await store.before("downloadMany", "", signal)
    for (const [at, { key }] of files.entries()) {
      if (signal.aborted) throw new RemoteFailure("Aborted", "The request was cancelled")
      await onFile(at, await asResult(async () => new Uint8Array(await findObject(store, key).arrayBuffer())))
    }
  },
})

/** A member's failure is its own; an abort is everybody's. */
const asResult = async <A>(work: () => Promise<A>): Promise<A | RemoteFailure> => {
  try {
    return await work()
  } catch (error) {
    if (isRemoteFailure(error) && error.reason !== "Aborted") return error
    throw error
  }
}
