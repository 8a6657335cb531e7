import { Effect, Layer } from "effect"
import { RemoteStorage } from "../services/remote-file-storage/RemoteStorage.js"
import type { RemoteStorageAdapter } from "../types/index.js"
import { keepTrying, loadActing } from "./acting-on-demand.js"
import { buildOnDemand } from "./build-on-demand.js"

/** The remote through a plain adapter. What is asked of it comes with those that act: they are who asks. */
export const adapterOnDemand = (adapter: RemoteStorageAdapter) =>
  Layer.scoped(
    RemoteStorage,
    Effect.map(
      buildOnDemand(RemoteStorage, async () => (await loadActing()).layerAdapter(adapter)),
      (built) => {
        const there = keepTrying(built)
        return RemoteStorage.of({
          name: adapter.name,
          enabled: adapter.enabled !== false,
          multipart: adapter.multipart,
          batch: adapter.batch,
          upload: (request) => Effect.flatMap(there, (it) => it.upload(request)),
          download: (request) => Effect.flatMap(there, (it) => it.download(request)),
          delete: (request) => Effect.flatMap(there, (it) => it.delete(request)),
          checkHealth: Effect.flatMap(there, (it) => it.checkHealth),
          serviceWorkerSource: Effect.flatMap(there, (it) => it.serviceWorkerSource),
        })
      },
    ),
  )
