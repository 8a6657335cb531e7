import type { FileQuery, FileRecord, FileState } from "../../src/client/global-client.js"
import { queryRecords } from "./query-records.js"

/** A deleted file, with what it takes to bring it back. */
interface DeletedFile {
  readonly record: FileRecord
  readonly bytes: Blob | undefined
  readonly state: FileState | undefined
}

/** Deleted files by id, the latest last. */
export class DeletedFiles extends Map<string, DeletedFile> {
  list(query: FileQuery): ReadonlyArray<FileRecord> {
    const records = [...this.values()]
      .map(({ record }) => ({ ...record, deletedAt: new Date() }))
      .toReversed()
    return query.order === undefined ? records : queryRecords(records, query)
  }
}
