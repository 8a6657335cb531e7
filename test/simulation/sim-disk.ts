import { createHash } from "node:crypto"
import { Effect, Layer } from "effect"
import { HashError, IntegrityError, StorageError } from "../../src/errors/index.js"
import type { Statement } from "../../src/schema/file-statements.js"
import type { LocalFileEntry } from "../../src/schema/local-file-state.js"
import { Hasher } from "../../src/services/local-file-storage/hashing/Hasher.js"
import { RecordDevice } from "../../src/services/file-records/record-log.js"
import { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import { SimBlob } from "./sim-blob.js"

/** A device's disk; every tab of the device sees it, and it outlives them. */
export class SimDisk {
  readonly contents = new Map<string, Uint8Array<ArrayBuffer>>()
  readonly unfinished = new Map<string, Uint8Array<ArrayBuffer>>()
  readonly journals = new Map<string, string>()
  readonly local = new Map<string, LocalFileEntry>()
  /** When it learned of contents. That versions were pruned is not kept: they come back, and are pruned again. */
  readonly heard: Array<Statement> = []
  readonly device = new RecordDevice()
  isFull = false

  setLocal(entries: ReadonlyArray<LocalFileEntry>): void {
    for (const entry of entries) {
      const isEmpty = entry.localHash === "" && entry.failedHash === "" && !entry.pinned && !entry.evicted
      if (isEmpty) this.local.delete(entry.fileId)
      else this.local.set(entry.fileId, entry)
    }
  }
}

/** SHA-256, lower-case hex. */
export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

const bytesOf = (file: Blob): Uint8Array<ArrayBuffer> => (file as SimBlob).bytesNow

const join = (one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> => {
  const joined = new Uint8Array(one.byteLength + other.byteLength)
  joined.set(one)
  joined.set(other, one.byteLength)
  return joined
}

/** Runs a step of a tab: takes a moment, and never happens when the tab is dead by then. */
export type Step = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** Local storage of one tab on a simulated disk, one step at a time. */
export const layerSimDisk = (disk: SimDisk, step: Step) => {
  const notFound = (contentHash: string) =>
    new StorageError({ reason: "NotFound", operation: "read a stored file", subject: contentHash })
  const read = (contentHash: string) =>
    Effect.suspend(() => {
      const bytes = disk.contents.get(contentHash)
      return bytes === undefined ? Effect.fail(notFound(contentHash)) : Effect.succeed(new SimBlob(bytes))
    })
  const full = Effect.suspend(() =>
    disk.isFull
      ? Effect.fail(new StorageError({ reason: "QuotaExceeded", operation: "store the file" }))
      : Effect.void,
  )
  return Layer.merge(
    Layer.succeed(Hasher, {
      hash: (file) =>
        Effect.try({ try: () => hashOf(bytesOf(file)), catch: () => new HashError({ reason: "Failed" }) }),
    }),
    Layer.succeed(LocalFileStorage, {
      kind: "opfs",
      writeFile: (file, onProgress, onNew) =>
        Effect.gen(function* () {
          yield* step(full)
          const bytes = bytesOf(file)
          const contentHash = hashOf(bytes)
          const existed = yield* step(Effect.sync(() => disk.contents.has(contentHash)))
          const keep = Effect.sync(() => {
            disk.contents.set(contentHash, bytes)
            onNew?.(contentHash)
          })
          if (!existed) yield* step(keep)
          onProgress?.(bytes.byteLength)
          return { contentHash, sizeBytes: bytes.byteLength, existed }
        }),
      readFile: (contentHash) => step(read(contentHash)),
      deleteFile: (contentHash) => step(Effect.sync(() => void disk.contents.delete(contentHash))),
      fileExists: (contentHash) => step(Effect.sync(() => disk.contents.has(contentHash))),
      filesExist: (hashes) =>
        step(Effect.sync(() => hashes.map((contentHash) => disk.contents.has(contentHash)))),
      listFiles: step(Effect.sync(() => [...disk.contents.keys()])),
      spaceBeside: Effect.sync(() => ({
        thumbnailBytes: 0,
        unfinishedBytes: [...disk.unfinished.values()].reduce((sum, { byteLength }) => sum + byteLength, 0),
      })),
      hashStored: (contentHash) => step(Effect.map(read(contentHash), (blob) => hashOf(blob.bytesNow))),
      receive: (contentHash) =>
        Effect.sync(() => {
          const nothing = new Uint8Array()
          return {
            offset: disk.unfinished.get(contentHash)?.byteLength ?? 0,
            write: (bytes) =>
              step(
                Effect.zipRight(
                  full,
                  Effect.sync(() => {
                    disk.unfinished.set(contentHash, join(disk.unfinished.get(contentHash) ?? nothing, bytes))
                  }),
                ),
              ),
            restart: step(Effect.sync(() => void disk.unfinished.delete(contentHash))),
            publish: Effect.gen(function* () {
              const bytes = disk.unfinished.get(contentHash) ?? nothing
              const actual = hashOf(bytes)
              yield* step(Effect.void)
              disk.unfinished.delete(contentHash)
              if (actual !== contentHash) {
                return yield* new IntegrityError({ reason: "HashMismatch", expected: contentHash, actual })
              }
              disk.contents.set(contentHash, bytes)
            }),
          }
        }),
      storeVerified: (contentHash, bytes) =>
        Effect.gen(function* () {
          yield* step(full)
          const actual = hashOf(bytes)
          if (actual !== contentHash) {
            return yield* new IntegrityError({ reason: "HashMismatch", expected: contentHash, actual })
          }
          yield* step(Effect.sync(() => void disk.contents.set(contentHash, bytes)))
        }),
      sweepUnfinished: (keep) =>
        step(
          Effect.sync(() => {
            for (const name of disk.unfinished.keys()) if (!keep.includes(name)) disk.unfinished.delete(name)
          }),
        ),
      getFileUrl: (contentHash) => Effect.succeed(`sim:${contentHash}`),
      releaseFileUrl: () => Effect.void,
      estimate: Effect.succeed({ usageBytes: 0, quotaBytes: 0, persisted: true }),
      persist: Effect.succeed(true),
    }),
  )
}
