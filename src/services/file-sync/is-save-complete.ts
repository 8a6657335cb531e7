import type { FileRecords } from "../file-records/FileRecords.js"
import type { Outbox, OutboxSave } from "../outbox/Outbox.js"

/** Whether a journalled save can leave the journal: deleted, uploaded, or followed by newer content. */
export const isSaveComplete = (
  records: FileRecords["Type"],
  outbox: Outbox["Type"],
  save: OutboxSave,
): boolean => {
  const record = records.get(save.id)
  if (record === undefined) return records.isDeleted(save.id)
  if (record.contentHash === save.contentHash) return record.remoteKey !== null
  return outbox.isCommitted(save)
}
