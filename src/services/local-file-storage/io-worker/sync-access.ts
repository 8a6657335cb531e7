import { withTimeout } from "./with-timeout.js"
import { removeEntry, type StoreFolder } from "./store-folder.js"

/** An open request hangs now and then in Chromium 156; past this time it is asked again. An open takes about 1 ms. */
const openTimeoutMs = 3_000

// Chromium never settles an open whose handle is garbage-collected meanwhile, so every pending handle is held here.
const pendingHandles = new Set<FileSystemFileHandle>()

/** Opens synchronous access, with a watchdog against opens that never settle. */
export const openSyncAccess = async (handle: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> => {
  pendingHandles.add(handle)
  try {
    const opening = handle.createSyncAccessHandle()
    const access = await withTimeout(opening, openTimeoutMs)
    if (access !== undefined) return access
    opening.then((late) => late.close()).catch(() => undefined)
    throw new DOMException("The file could not be opened in time", "TimeoutError")
  } finally {
    pendingHandles.delete(handle)
  }
}

/** Writes all bytes at a position; one call to the browser may write less than asked. */
export const writeFully = (
  access: Pick<FileSystemSyncAccessHandle, "write">,
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

const hasMethod = (): boolean =>
  typeof FileSystemFileHandle !== "undefined" && "createSyncAccessHandle" in FileSystemFileHandle.prototype

let answer: Promise<boolean> | undefined

/** Whether this browser gives synchronous access to files, as far as was asked. */
export const hasSyncAccess = async (): Promise<boolean> => (await answer) ?? hasMethod()

/**
 * Asks once for synchronous access, with a file made for the question: WebKitGTK has the method, refuses every call,
 * and afterwards refuses the file every other kind of writing too.
 */
export const askForSyncAccess = (store: StoreFolder): void => {
  answer ??= hasMethod() ? ask(store) : Promise.resolve(false)
}

const ask = async ({ unfinished, inUse }: StoreFolder): Promise<boolean> => {
  const name = `probe-${crypto.randomUUID()}`
  inUse.add(name)
  try {
    const access = await openSyncAccess(await unfinished.getFileHandle(name, { create: true }))
    access.close()
    return true
  } catch (error) {
    // Another failure, such as a full disk, says nothing about the next file.
    return !(error instanceof DOMException && error.name === "NotSupportedError")
  } finally {
    await removeEntry(unfinished, name).catch(() => undefined) // A later sweep takes it.
    inUse.delete(name)
  }
}
