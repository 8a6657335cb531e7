/**
 * Whether this browser, in this mode, has an origin private file system that can publish a file in one step; private
 * modes refuse it, and browsers before `move` (2022) could show half a file.
 */
export const isOpfsAvailable = async (): Promise<boolean> => {
  try {
    await navigator.storage.getDirectory()
    return "move" in FileSystemFileHandle.prototype
  } catch {
    return false
  }
}
