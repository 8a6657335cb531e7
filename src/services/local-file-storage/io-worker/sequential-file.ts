import { hasSyncAccess, openSyncAccess, writeFully } from "./sync-access.js"

/** A file that is written from front to back. */
export interface SequentialFile {
  /** Writes all of it, or throws. The bytes may be reused after the promise resolves. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  close(): Promise<void>
}

type MovableHandle = FileSystemFileHandle & {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>
}

/**
 * Opens a file for writing at `offset`, with what lies behind it cut off. `sizeBytes`, when known, is reserved at
 * once, which is several times faster for large files.
 */
export const openSequential = async (
  handle: FileSystemFileHandle,
  options: { readonly offset?: number; readonly sizeBytes?: number } = {},
): Promise<SequentialFile> => {
  let position = options.offset ?? 0
  if (await hasSyncAccess()) {
    const access = await openSyncAccess(handle)
    setSize(access, position + (options.sizeBytes ?? 0))
    return {
      write: async (bytes) => {
        writeFully(access, bytes, position)
        position += bytes.byteLength
      },
      close: async () => {
        setSize(access, position)
        access.close()
      },
    }
  }
  const writable = await handle.createWritable({ keepExistingData: position > 0 })
  await writable.truncate(position)
  await writable.seek(position)
  return {
    // WebKit writes the whole buffer behind a view, so a view is copied to its exact size.
    write: async (bytes) => {
      await writable.write(bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice())
      position += bytes.byteLength
    },
    close: () => writable.close(),
  }
}

// Asking is a tenth of a change, and a small new file never needs one.
const setSize = (access: FileSystemSyncAccessHandle, sizeBytes: number): void => {
  if (access.getSize() !== sizeBytes) access.truncate(sizeBytes)
}

/** Gives finished bytes their final place in one step; readers never see a partial file. */
export const publish = (
  handle: FileSystemFileHandle,
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<void> => (handle as MovableHandle).move(folder, name)
