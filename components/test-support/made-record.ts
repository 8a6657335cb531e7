import type { FileRecord } from "../../src/client/global-client.js"

/** A record that says little, and what a test wants it to say. */
export const madeRecord = (
  said: Partial<FileRecord> & Pick<FileRecord, "id" | "contentHash">,
): FileRecord => ({
  name: said.id,
  mimeType: "application/octet-stream",
  sizeBytes: 0,
  path: said.contentHash,
  remoteKey: null,
  metadata: null,
  contentMetadata: null,
  lastModified: null,
  takenAt: null,
  createdAt: new Date(),
  sequence: 0,
  updatedAt: new Date(),
  deletedAt: null,
  ...said,
})
