import { uploadedMarkersFolderName } from "../../src/service-worker/protocol.js"
import { openFolder } from "../stored-file.js"

/** Leaves a marker for the next page: this content is uploaded. The page checks it with the remote. */
export const markUploaded = async (storeFolder: string, contentHash: string): Promise<void> => {
  const folder = await openFolder([storeFolder, uploadedMarkersFolderName], true)
  await folder.getFileHandle(contentHash, { create: true })
}
