import { RemoteFailure, type RemoteRequest, type RemoteStorageAdapter } from "../../../types/index.js"

/** An operation of the in-memory remote, as its fault hook sees it. */
export interface MemoryOperation {
  readonly operation: "upload" | "download" | "delete" | "checkHealth" | "head"
  readonly key: string
}

/** Options of {@link memoryAdapter}. */
export interface MemoryAdapterOptions {
  /** Share a map to let several engines see one remote. */
  readonly objects?: Map<string, Blob>
  /** Called before each operation; throw a `RemoteFailure`, wait, or return bytes to send in place of the stored ones. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most hooks return nothing.
  readonly fault?: (operation: MemoryOperation, signal: AbortSignal) => Promise<Blob | void> | Blob | void
}

/** A remote in memory, with faults to inject: for tests, demos and simulations. */
export const memoryAdapter = (options: MemoryAdapterOptions = {}): RemoteStorageAdapter => {
  const objects = options.objects ?? new Map<string, Blob>()
  const before = async (operation: MemoryOperation, signal: AbortSignal) => {
    const replacement = await options.fault?.(operation, signal)
    if (signal.aborted) throw new RemoteFailure("Aborted", "The request was cancelled")
    return replacement ?? undefined
  }
  const find = (key: string): Blob => {
    const blob = objects.get(key)
    if (blob === undefined) throw new RemoteFailure("NotFound", `There is no object ${key}`, { status: 404 })
    return blob
  }
  return {
    name: "memory",
    upload: async ({ key, body, signal, onProgress }) => {
      await before({ operation: "upload", key }, signal)
      if (!objects.has(key)) objects.set(key, new Blob([await body.arrayBuffer()], { type: body.type }))
      onProgress(body.size, body.size)
      return { key }
    },
    download: async ({ key, offset, signal }) => {
      const replacement = await before({ operation: "download", key }, signal)
      const blob = replacement ?? find(key)
      return {
        body: blob.slice(offset).stream(),
        offset,
        totalBytes: blob.size,
        etag: undefined,
      }
    },
    delete: async ({ key, signal }) => {
      await before({ operation: "delete", key }, signal)
      objects.delete(key)
    },
    checkHealth: async ({ signal }) => {
      await before({ operation: "checkHealth", key: "" }, signal)
    },
    head: async ({ key, signal }: RemoteRequest) => {
      await before({ operation: "head", key }, signal)
      const blob = objects.get(key)
      return blob === undefined ? undefined : { sizeBytes: blob.size }
    },
  }
}
