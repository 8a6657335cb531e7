import { openSequential, type SequentialFile } from "./sequential-file.js"
import { removeEntry, type StoreFolder } from "./store-folder.js"

/** A new file in the `tmp` folder, which a sweep leaves alone until it is released or discarded. */
export interface UnfinishedFile {
  readonly handle: FileSystemFileHandle
  readonly file: SequentialFile
  /** Closes it, once; it can be published then. */
  readonly close: () => Promise<void>
  /** It has its final place, or is gone. */
  readonly release: () => void
  /** Closes and removes it; what cannot be removed is left to a sweep. */
  readonly discard: () => Promise<void>
}

/** Makes a file in the `tmp` folder and opens it for writing; `sizeBytes`, when known, is reserved at once. */
export const openUnfinished = async (
  store: StoreFolder,
  options: { readonly sizeBytes?: number } = {},
): Promise<UnfinishedFile> => {
  const name = `ingest-${crypto.randomUUID()}`
  store.inUse.add(name)
  const release = (): void => void store.inUse.delete(name)
  const remove = async (): Promise<void> => {
    await removeEntry(store.unfinished, name).catch(() => undefined)
    release()
  }
  try {
    const handle = await store.unfinished.getFileHandle(name, { create: true })
    const file = await openSequential(handle, options)
    let closing: Promise<void> | undefined
    const close = (): Promise<void> => (closing ??= file.close())
    return {
      handle,
      file,
      close,
      release,
      discard: async () => {
        await close().catch(() => undefined)
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
