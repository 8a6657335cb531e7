import { Effect } from "effect"
import { UploadError } from "../../errors/index.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords } from "../file-records/FileRecords.js"
import { LocalFileStorage } from "../local-file-storage/LocalFileStorage.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { LocalIndex } from "./local-index.js"

type OnProgress = (loadedBytes: number, totalBytes: number) => void

/** Brings a content to the remote and gives its key; `undefined` when no record needs it any more. */
export const uploadContent = (
  keyOf: (record: FileRecord) => string,
  contentHash: string,
  onProgress: OnProgress,
) =>
  Effect.gen(function* () {
    const records = yield* FileRecords
    const local = yield* LocalFileStorage
    const remote = yield* RemoteStorage
    const index = yield* LocalIndex

    const owners = records.withContent(contentHash)
    const record = owners.find(({ remoteKey }) => remoteKey === null)
    if (record === undefined) return undefined
    // Another record has the same content, and it is there already.
    const known = owners.find(({ remoteKey }) => remoteKey !== null)?.remoteKey
    if (known != null) return known

    const bytes = yield* local.readFile(contentHash).pipe(
      Effect.tapError((error) =>
        // The browser took the bytes away; the index is put right, so that nothing waits for them here.
        error.reason === "NotFound" ? index.setAbsent([contentHash]) : Effect.void,
      ),
    )
    const key = yield* Effect.try({
      try: () => keyOf(record),
      catch: (cause) => new UploadError({ reason: "Rejected", key: "", fileId: record.id, cause }),
    })
    const stored = yield* remote.upload({
      key,
      contentHash,
      record,
      body: bytes.slice(0, bytes.size, record.mimeType),
      onProgress,
    })
    return stored.key
  })
