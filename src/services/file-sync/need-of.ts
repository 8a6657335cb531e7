import { Effect } from "effect"
import type { FileRecord } from "../../types/index.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { decide, type Need } from "./decide.js"
import { LocalIndex } from "../cache/local-index.js"
import { hasFailed } from "../cache/stored-failure.js"
import { type DownloadPolicy, isWanted } from "./sync-config.js"
import { UploadConfirmation } from "../transfers/upload-confirmation.js"

/** Applies {@link decide} to records. */
export const makeNeedOf = (policy: DownloadPolicy) =>
  Effect.gen(function* () {
    const remote = yield* RemoteStorage
    const index = yield* LocalIndex
    const confirmation = yield* UploadConfirmation
    return (record: FileRecord): Need => {
      const flags = index.flags(record.id)
      const { evicted, pinned } = flags
      return decide(
        {
          isDeleted: false,
          isRemote: record.remoteKey !== null || confirmation.isConfirming(record.contentHash),
        },
        {
          isPresent: index.isPresent(record.contentHash),
          hasFailed: hasFailed(flags, record),
          isEvicted: evicted && !pinned,
        },
        { hasRemote: remote.enabled, isWanted: pinned || isWanted(policy, record) },
      )
    }
  })
