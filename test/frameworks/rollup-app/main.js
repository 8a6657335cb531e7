import { makePersistedAdapter } from "@livestore/adapter-web"
import { createStorePromise } from "@livestore/livestore"
import { createFileSync } from "livestore-filesync"
import { httpAdapter } from "livestore-filesync/adapters/http"
import "livestore-filesync/components/filesync-image"
import "livestore-filesync/components/filesync-list"
import "livestore-filesync/components/filesync-upload"
import { fileSyncSchema } from "livestore-filesync/schema"

const module = { type: "module" }

const store = await createStorePromise({
  schema: fileSyncSchema,
  storeId: "rollup-app",
  adapter: makePersistedAdapter({
    storage: { type: "opfs" },
    worker: ({ name }) => new Worker(new URL("./livestore-worker.js", import.meta.url), { ...module, name }),
    sharedWorker: ({ name }) =>
      new SharedWorker(new URL("./shared-worker.js", import.meta.url), { ...module, name }),
    experimental: { disableFastPath: true },
  }),
})
await createFileSync({ store, remoteAdapter: httpAdapter({ baseUrl: "/api" }) }).start()
