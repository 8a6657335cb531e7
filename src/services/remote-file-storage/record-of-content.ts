import type { FileRecord } from "../../types/index.js"

/** The record that an adapter is given for content that has no record any more. */
export const recordOfContent = (
  contentHash: string,
  remoteKey: string | null,
  goneAt = new Date(0),
): FileRecord => ({
  id: "",
  name: "",
  mimeType: "application/octet-stream",
  sizeBytes: 0,
  contentHash,
  path: "",
  remoteKey,
  metadata: null,
  contentMetadata: null,
  lastModified: null,
  takenAt: null,
  createdAt: goneAt,
  sequence: 0,
  updatedAt: goneAt,
  deletedAt: goneAt,
})
