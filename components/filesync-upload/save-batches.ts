import type { FileSyncClient, FileToSave } from "../../src/client/global-client.js"
import type { WaitingSaves } from "../waiting-saves.js"
import type { SavePlan, UploadItem } from "./upload-item.js"

/** Files up to this size are saved together in one commit; larger ones alone, with progress and cancel. */
const smallFileBytes = 8_000_000
/** The store takes about ten commits at once; a hundred files a commit is its measured sweet spot. */
const maxBatchFiles = 100
const maxBatchBytes = 64_000_000

/** Whether a file is saved alone, with progress and cancel. */
export const isLarge = ({ sizeBytes }: UploadItem): boolean => sizeBytes > smallFileBytes

/** Number and total size of these files. */
export const sumOf = (items: ReadonlyArray<UploadItem>): WaitingSaves => ({
  files: items.length,
  bytes: items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
})

/** A file as the engine takes it. */
export const saveable = ({
  file,
  name,
  metadata,
  createdAt,
  sequence,
}: SavePlan): FileToSave & { readonly name: string } => ({
  file,
  name,
  ...(createdAt === undefined ? {} : { createdAt }),
  ...(sequence === undefined ? {} : { sequence }),
  ...(metadata === undefined ? {} : { metadata }),
})

/** Saves small files in one commit; gives their ids. */
export const saveTogether = (
  engine: FileSyncClient,
  batch: ReadonlyArray<UploadItem>,
): Promise<ReadonlyArray<string>> =>
  engine.saveFiles(
    batch.flatMap(({ plan }) => (plan === undefined ? [] : saveable(plan))),
    {
      commit: (records) => batch.flatMap(({ plan }, at) => eventsOf(plan, records[at])),
    },
  )

const eventsOf = (
  plan: SavePlan | undefined,
  record: Parameters<NonNullable<SavePlan["commit"]>>[0] | undefined,
) => (record === undefined ? [] : (plan?.commit?.(record) ?? []))

/** The next small files, as many as fit one commit. */
export const nextBatch = (items: ReadonlyArray<UploadItem>): ReadonlyArray<UploadItem> => {
  const batch: Array<UploadItem> = []
  let bytes = 0
  for (const item of items) {
    if (item.phase !== "waiting" || isLarge(item)) continue
    if (batch.length === maxBatchFiles || (batch.length > 0 && bytes + item.sizeBytes > maxBatchBytes)) break
    batch.push(item)
    bytes += item.sizeBytes
  }
  return batch
}
