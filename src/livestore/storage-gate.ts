/** The end of a LiveStore folder's name: the version of its storage format. */
const folderOfLiveStore = /@\d+$/

/**
 * Runs `before` once, when LiveStore is about to open its folder in OPFS, and lets LiveStore go on when it has settled.
 *
 * LiveStore 0.4.0 has no hook there, and only its own call names the folder for certain: an app may have chosen another
 * one. So this worker's `getDirectoryHandle` is wrapped until LiveStore calls it. At that moment the page that started
 * this worker holds LiveStore's leader lock, and no database is open yet.
 */
export const beforeStorageOpens = (before: (folder: FileSystemDirectoryHandle) => Promise<unknown>): void => {
  const directories = globalThis.FileSystemDirectoryHandle?.prototype
  // Without OPFS LiveStore keeps its databases in memory, and nothing is left of an earlier start.
  if (directories === undefined) return
  const original = directories.getDirectoryHandle
  directories.getDirectoryHandle = async function (name, options) {
    const folder = await original.call(this, name, options)
    if (!folderOfLiveStore.test(name)) return folder
    directories.getDirectoryHandle = original
    await before(folder)
    return folder
  }
}
