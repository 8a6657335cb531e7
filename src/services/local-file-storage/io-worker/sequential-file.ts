/** A file that is written from front to back. */
export interface SequentialFile {
  /** Writes all of it, or throws. The bytes may be reused after the promise resolves. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  close(): Promise<void>
}

type MovableHandle = FileSystemFileHandle & {
  move?(folder: FileSystemDirectoryHandle, name: string): Promise<void>
}

/** An open request hangs now and then in Chromium 156; past this time it is asked again. Our choice: an open takes about 1 ms. */
const openTimeoutMs = 3_000

// Chromium never settles an open whose handle is garbage-collected meanwhile, so every pending handle is held here.
const pendingHandles = new Set<FileSystemFileHandle>()

/** Whether this browser has synchronous file access in workers. */
export const hasSyncAccess = (): boolean =>
  typeof FileSystemFileHandle !== "undefined" && "createSyncAccessHandle" in FileSystemFileHandle.prototype

/** Opens synchronous access, with a watchdog against opens that never settle. */
export const openSyncAccess = async (handle: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> => {
  pendingHandles.add(handle)
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const opening = handle.createSyncAccessHandle()
    const timeout = new Promise<"timeout">((resolve) => {
      timer = setTimeout(() => resolve("timeout"), openTimeoutMs)
    })
    const first = await Promise.race([opening, timeout])
    if (first !== "timeout") return first
    opening.then((late) => late.close()).catch(() => undefined)
    throw new DOMException("The file could not be opened in time", "TimeoutError")
  } finally {
    clearTimeout(timer)
    pendingHandles.delete(handle)
  }
}

/** Writes all bytes at a position; one call to the browser may write less than asked. */
export const writeFully = (
  access: FileSystemSyncAccessHandle,
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
): void => {
  let written = 0
  while (written < bytes.byteLength) {
    const count = access.write(written === 0 ? bytes : bytes.subarray(written), { at: at + written })
    if (count <= 0) throw new DOMException("The disk took no more bytes", "QuotaExceededError")
    written += count
  }
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
  if (hasSyncAccess()) {
    try {
      const access = await openSyncAccess(handle)
      access.truncate(position + (options.sizeBytes ?? 0))
      return {
        write: async (bytes) => {
          writeFully(access, bytes, position)
          position += bytes.byteLength
        },
        close: async () => {
          access.truncate(position)
          access.close()
        },
      }
    } catch (error) {
      // WebKitGTK has the method and refuses every call.
      if (!(error instanceof DOMException && error.name === "NotSupportedError")) throw error
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

/** Gives finished bytes their final place in one step; readers never see a partial file. */
export const publish = async (
  handle: FileSystemFileHandle,
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<void> => {
  const movable = handle as MovableHandle
  if (movable.move !== undefined) return movable.move(folder, name)
  // Without `move` the swap file of `createWritable` is the atomic step: nothing is visible before close.
  const target = await folder.getFileHandle(name, { create: true })
  const writable = await target.createWritable()
  await (await handle.getFile()).stream().pipeTo(writable)
}
