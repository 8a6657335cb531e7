import { files, localFileState } from "../../dist/schema.js"
import { whenWorkerKnows } from "./shared/sync-progress.js"

const filesPerEvent = 100

/** The content hash of a made-up file: hexadecimal like a real one, and spread over the folders like one. */
export const madeUpHash = (at) =>
  Math.imul(at + 1, 2654435761)
    .toString(16)
    .replace("-", "f")
    .padStart(8, "0")
    .repeat(8)

const localState = (records) =>
  localFileState.events.set({
    files: records.map(({ id, contentHash }) => ({
      fileId: id,
      localHash: contentHash,
      failedHash: "",
      failedReason: "",
      pinned: false,
      evicted: false,
    })),
  })

/** Writes `count` records of files that are at the remote and, unless `isHere` is `false`, on this device, and waits until they are on disk. */
export const fillStore = async (store, count, isHere = true) => {
  for (let from = 0; from < count; from += filesPerEvent) {
    const ids = Array.from({ length: Math.min(filesPerEvent, count - from) }, (_, at) => from + at)
    const records = ids.map((at) => ({ id: `file-${at}`, contentHash: madeUpHash(at) }))
    store.commit(
      files.events.created({
        files: records.map(({ id, contentHash }) => ({
          id,
          contentHash,
          name: `${id}.jpg`,
          mimeType: "image/jpeg",
          sizeBytes: 10,
          path: `livestore-filesync-files/${store.storeId}/${contentHash.slice(0, 2)}/${contentHash}`,
          createdAt: new Date(1_700_000_000_000 + Number(id.slice(5))),
        })),
      }),
      files.events.uploaded({
        files: records.map(({ id, contentHash }) => ({
          id,
          contentHash,
          remoteKey: `${store.storeId}/${contentHash}`,
        })),
      }),
      ...(isHere ? [localState(records)] : []),
    )
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  await whenWorkerKnows(store)
}
