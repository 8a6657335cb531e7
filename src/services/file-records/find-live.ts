import { Effect } from "effect"
import { FileNotFoundError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import type { FileRecords } from "./FileRecords.js"

/** The live record of an id. Fails with `FileNotFoundError` (`NoRecord`, `Deleted`). */
export const findLive = (
  records: FileRecords["Type"],
  fileId: string,
): Effect.Effect<FileRecord, FileNotFoundError> =>
  Effect.suspend(() => {
    const record = records.get(fileId)
    if (record !== undefined) return Effect.succeed(record)
    const reason = records.isDeleted(fileId) ? ("Deleted" as const) : ("NoRecord" as const)
    return Effect.fail(new FileNotFoundError({ reason, fileId }))
  })
