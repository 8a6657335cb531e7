import type { RemoteStorageAdapter } from "../../../types/index.js"
import { startIdleTimer } from "./http/idle-timer.js"
import { idleTimedBody } from "./http/idle-timed-body.js"
import { memoryBatch } from "./memory/memory-batch.js"
import { memoryMultipart } from "./memory/memory-multipart.js"
import { findObject, makeMemoryStore, type MemoryFault, storeVerified } from "./memory/memory-store.js"

export type { MemoryFault, MemoryOperation } from "./memory/memory-store.js"

/** Options of {@link memoryAdapter}. */
export interface MemoryAdapterOptions {
  /** Share a map to let several engines see one remote. */
  readonly objects?: Map<string, Blob>
  readonly fault?: MemoryFault
  /** Large files may come as parts. Default `false`. */
  readonly multipart?: boolean
  /** Small files may come together. Default `false`. */
  readonly batch?: boolean
}

/** A remote in memory, with faults to inject: for tests, demos and simulations. It verifies what it is sent, as a server does. */
export const memoryAdapter = (options: MemoryAdapterOptions = {}): RemoteStorageAdapter => {
  const store = makeMemoryStore(options.objects ?? new Map<string, Blob>(), options.fault)
  return {
    name: "memory",
    upload: async (request) => {
      const { key, body, signal, onProgress } = request
      await store.before("upload", key, signal)
      await storeVerified(store, request, body)
      onProgress(body.size, body.size)
      return { key }
    },
    download: async ({ key, offset, signal }) => {
      const replacement = await store.before("download", key, signal)
      const blob = replacement ?? findObject(store, key)
      // No bytes lie behind this offset, so the whole file is given, as over HTTP.
      const start = offset < blob.size ? offset : 0
      return {
        body: idleTimedBody(blob.slice(start).stream(), startIdleTimer(signal, neverMs)),
        offset: start,
        totalBytes: blob.size,
        etag: undefined,
      }
    },
    delete: async ({ key, signal }) => {
      await store.before("delete", key, signal)
      store.objects.delete(key)
    },
    checkHealth: async ({ signal }) => {
      await store.before("checkHealth", "", signal)
    },
    head: async ({ key, signal }) => {
      await store.before("head", key, signal)
      const blob = store.objects.get(key)
      return blob === undefined ? undefined : { sizeBytes: blob.size }
    },
    ...(options.multipart === true ? { multipart: memoryMultipart(store) } : {}),
    ...(options.batch === true ? { batch: memoryBatch(store) } : {}),
  }
}

/** No idle timeout, because memory does not stall: the longest time a timer can wait. */
const neverMs = 2 ** 31 - 1
