/** A LiveStore store on disk, as an app opens it: a dedicated worker, and a shared one between tabs. */
import { makePersistedAdapter } from "@livestore/adapter-web"
import { createStorePromise } from "@livestore/livestore"
import { fileSyncSchema } from "../../dist/schema.js"

/** `workerUrl` and `sharedUrl`: where the page's build put them. */
export const openStore = ({ storeId, workerUrl, sharedUrl }) =>
  createStorePromise({
    schema: fileSyncSchema,
    storeId,
    adapter: makePersistedAdapter({
      storage: { type: "opfs" },
      worker: ({ name }) => new Worker(workerUrl, { type: "module", name }),
      sharedWorker: ({ name }) => new SharedWorker(sharedUrl, { type: "module", name }),
      // As the guides say: read past the worker that writes it, the database may be half written ("malformed").
      experimental: { disableFastPath: true },
    }),
    disableDevtools: true,
  })
