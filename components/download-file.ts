import type { FileSyncClient } from "../src/client/global-client.js"

/** How long a browser may take to begin reading a download's URL. */
const readingMs = 60_000

/**
 * Hands a file to the browser's downloads under its own name. Never opens it: a file of a stranger that is shown as a
 * page would run with the rights of this site. It uses a blob URL, because in some browsers a link that downloads does
 * not ask the service worker, and the server does not know the service worker's addresses.
 */
export const downloadFile = async (engine: FileSyncClient, fileId: string): Promise<void> => {
  const url = URL.createObjectURL(await engine.readFile(fileId))
  const link = document.createElement("a")
  link.href = url
  link.download = engine.getFile(fileId)?.name ?? "file"
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), readingMs)
}
