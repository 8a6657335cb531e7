import { Effect } from "effect"
import type { FileRecord } from "../../types/index.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { planAction, type Action } from "./plan-action.js"
import { PresenceIndex } from "../cache/PresenceIndex.js"
import { hasFailed } from "../cache/stored-failure.js"
import { type DownloadPolicy, isWanted } from "./sync-config.js"
import { UploadConfirmation } from "../transfers/upload-confirmation.js"

/** Applies {@link planAction} to records. */
export const makeNextAction = (policy: DownloadPolicy) =>
  Effect.gen(function* () {
    const remote = yield* RemoteStorage
    const index = yield* PresenceIndex
    const confirmation = yield* UploadConfirmation
    return (record: FileRecord): Action => {
      const flags = index.flags(record.id)
      const { evicted, pinned } = flags
      return planAction(
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
