import { sentFolderName } from "../../src/service-worker/protocol.js"
import { openFolder } from "../stored-file.js"

/** Leaves word for the next page: this content need not be sent. It asks the remote before it believes it. */
export const noteSent = async (storeFolder: string, contentHash: string): Promise<void> => {
  const folder = await openFolder([storeFolder, sentFolderName], true)
  await folder.getFileHandle(contentHash, { create: true })
}
