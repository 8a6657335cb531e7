import { expect } from "@esm-bundle/chai"
import { Deferred, Effect, Either } from "effect"
import { StorageError } from "../../src/errors/index.js"
import { layerPresenceIndex } from "../../src/services/cache/PresenceIndex.js"
import { releaseContent } from "../../src/services/cache/release-content.js"
import { Observers } from "../../src/services/notifications/Observers.js"
import type { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import { Outbox } from "../../src/services/outbox/Outbox.js"
import type { FileRecord } from "../../src/types/index.js"
import { makeStoredPath } from "../../src/utils/stored-path.js"
import { eventually, pass, withEngine } from "../support/engine-bench.js"

const bytes = (at: number, size = 1_000): Blob => {
  const content = new Uint8Array(size)
  new DataView(content.buffer).setUint32(0, at)
  return new Blob([content])
}

/** A file of another device, as old as it says. */
const remoteRecord = async (at: number, objects: Map<string, Blob>): Promise<FileRecord> => {
  const body = bytes(at)
  const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer())
  const contentHash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  )
  objects.set(contentHash, body)
  const createdAt = new Date(1_000_000 + ((at * 7) % 10) * 1_000)
  return {
    id: `theirs-${at}`,
    name: `${(at * 7) % 10}`,
    mimeType: "application/octet-stream",
    sizeBytes: 1_000,
    contentHash,
    path: makeStoredPath("test", contentHash),
    remoteKey: null,
    metadata: null,
    contentMetadata: null,
    lastModified: null,
    takenAt: null,
    sequence: 0,
    createdAt,
    updatedAt: createdAt,
    deletedAt: null,
  }
}

const full = new StorageError({ reason: "QuotaExceeded", operation: "store the file" })

/** A disk on which this much fits. */
const limitDisk = (local: LocalFileStorage["Type"], maxFiles: number): void => {
  const { writeFile, listFiles } = local
  ;(local as { writeFile: typeof writeFile }).writeFile = (...given) =>
    Effect.flatMap(listFiles, (there) => (there.length >= maxFiles ? Effect.fail(full) : writeFile(...given)))
}

describe("the space of a device", () => {
  withEngine(
    "frees uploaded files for a save while another save is still copying",
    {},
    ({ storage, sync, local }) =>
      Effect.gen(function* () {
        yield* sync.start
        const old = yield* storage.saveFile(bytes(1))
        yield* eventually("it is remote", () => sync.fileState(old).remote)
        const { writeFile } = local
        const mayEnd = yield* Deferred.make<void>()
        ;(local as { writeFile: typeof writeFile }).writeFile = (file, ...rest) =>
          Effect.zipRight(file.size === 5 ? Deferred.await(mayEnd) : Effect.void, writeFile(file, ...rest))
        const long = yield* Effect.fork(storage.saveFile(bytes(2, 5)))
        yield* eventually("it copies", () => sync.status().saving === 1)
        limitDisk(local, 1)
        const second = yield* storage.saveFile(bytes(3))
        expect(sync.fileState(second).local).to.equal(true)
        expect(sync.fileState(old).local).to.equal(false)
        // What was saved meanwhile is not the other's.
        limitDisk(local, 9)
        ;(local as { writeFile: typeof writeFile }).writeFile = writeFile
        yield* Deferred.succeed(mayEnd, undefined)
        yield* long
      }),
  )

  withEngine(
    "evicts while a save is copying, and resolves when the bytes are gone",
    {},
    ({ storage, sync, local }) =>
      Effect.gen(function* () {
        yield* sync.start
        const id = yield* storage.saveFile(bytes(1))
        yield* eventually("it is remote", () => sync.fileState(id).remote)
        const { writeFile } = local
        ;(local as { writeFile: typeof writeFile }).writeFile = () => Effect.never
        yield* Effect.fork(storage.saveFile(bytes(2)))
        yield* eventually("it copies", () => sync.status().saving === 1)
        yield* sync.evict(id)
        expect(yield* local.listFiles).to.deep.equal([])
        expect(sync.fileState(id)).to.include({ local: false, remote: true })
      }),
  )

  withEngine(
    "stores bytes again that were deleted between their copy and their journal",
    {},
    ({ storage, sync, local, records }) =>
      Effect.gen(function* () {
        const { writeFile } = local
        let isFirst = true
        ;(local as { writeFile: typeof writeFile }).writeFile = (...given) =>
          Effect.tap(writeFile(...given), ({ contentHash }) => {
            if (!isFirst) return Effect.void
            isFirst = false
            return local.deleteFile(contentHash)
          })
        const id = yield* storage.saveFile(bytes(1))
        expect(yield* local.fileExists(records.get(id)?.contentHash ?? "")).to.equal(true)
        expect(sync.fileState(id).local).to.equal(true)
      }),
  )

  withEngine(
    "waits with deleting what a save is about to name until that is named",
    {},
    ({ storage, sync, local, records }) =>
      Effect.gen(function* () {
        const { contentHash } = yield* local.writeFile(bytes(1))
        const { filesExist } = local
        const mayGoOn = yield* Deferred.make<void>()
        let hasLooked = false
        ;(local as { filesExist: typeof filesExist }).filesExist = (hashes) =>
          Effect.tap(filesExist(hashes), () => {
            hasLooked = true
            return Deferred.await(mayGoOn)
          })
        const saving = yield* Effect.fork(storage.saveFile(bytes(1)))
        yield* eventually("it has seen that its bytes are here", () => hasLooked)
        ;(local as { filesExist: typeof filesExist }).filesExist = filesExist
        const found = { checked: 0, missing: [], extra: [contentHash], corrupt: [], notUploaded: [] }
        const repairing = yield* Effect.fork(sync.repair({ ...found, orphaned: [contentHash] }))
        yield* pass(1)
        yield* Deferred.succeed(mayGoOn, undefined)
        const id = yield* saving
        yield* repairing
        expect(records.get(id)?.contentHash).to.equal(contentHash)
        expect(yield* local.fileExists(contentHash)).to.equal(true)
      }),
  )

  withEngine(
    "runs preprocessors and the app's part of a commit once, however often room is made",
    {
      preprocessors: {
        "*/*": (file) => {
          seen.push("preprocessor")
          return file
        },
      },
    },
    ({ storage, sync, local }) =>
      Effect.gen(function* () {
        seen.length = 0
        yield* sync.start
        const old = yield* storage.saveFile(bytes(1))
        yield* eventually("it is remote", () => sync.fileState(old).remote)
        limitDisk(local, 1)
        seen.length = 0
        const id = yield* storage.saveFile(bytes(2), {
          commit: (record) => {
            seen.push(record.id)
            return []
          },
        })
        expect(seen).to.deep.equal(["preprocessor", id])
      }),
  )

  withEngine(
    "frees earlier contents that are uploaded before any file, and counts them",
    { maxCacheBytes: 3_000 },
    ({ storage, sync, local, records }) =>
      Effect.gen(function* () {
        yield* sync.start
        const other = yield* storage.saveFile(bytes(100))
        const id = yield* storage.saveFile(bytes(0))
        for (let at = 1; at <= 20; at++) {
          yield* storage.updateFile(id, bytes(at))
          yield* eventually("it is remote", () => sync.fileState(id).remote)
        }
        yield* pass(5)
        const here = yield* local.listFiles
        expect(here.length).to.be.at.most(3)
        for (const fileId of [id, other]) expect(here).to.include(records.get(fileId)?.contentHash)
        // Freed is not lost: it is in the remote.
        expect(records.versions(id).length).to.equal(20)
      }),
  )

  withEngine(
    "makes room of earlier contents for a save on a full disk",
    {},
    ({ storage, sync, local, records }) =>
      Effect.gen(function* () {
        yield* sync.start
        const id = yield* storage.saveFile(bytes(0))
        for (let at = 1; at <= 3; at++) {
          yield* storage.updateFile(id, bytes(at))
          yield* eventually("it is remote", () => sync.fileState(id).remote)
        }
        limitDisk(local, 4)
        const saved = yield* storage.saveFile(bytes(50))
        const here = yield* local.listFiles
        for (const fileId of [id, saved]) expect(here).to.include(records.get(fileId)?.contentHash)
        expect(sync.fileState(id).local).to.equal(true)
      }),
  )

  withEngine(
    "downloads the newest by itself as far as the budget goes, and no more",
    { maxCacheBytes: 3_500 },
    ({ storage, sync, records, local, objects }) =>
      Effect.gen(function* () {
        const theirs = yield* Effect.forEach(Array.from({ length: 10 }), (_, at) =>
          Effect.promise(() => remoteRecord(at, objects)),
        )
        yield* records.create(theirs, [])
        yield* records.markUploaded(
          theirs.map(({ contentHash }) => ({ contentHash, remoteKey: contentHash })),
        )
        const observers = yield* Observers
        const fetched: string[] = []
        observers.onEvent((event) => {
          if (event.type === "download-done") fetched.push(event.fileId)
        })
        yield* sync.start
        yield* eventually(
          "three come",
          () => theirs.filter(({ id }) => sync.fileState(id).local).length === 3,
        )
        yield* pass(5)
        const here = theirs.flatMap(({ id, name }) => (sync.fileState(id).local ? name : []))
        expect(here).to.have.members(["7", "8", "9"])
        // Not fetched and freed again.
        expect(fetched).to.have.length(3)
        expect((yield* local.listFiles).length).to.equal(3)
        expect(sync.status()).to.include({ queuedDownloads: 0, downloading: 0, state: "idle", failed: 0 })
        // A file that is asked for by id is downloaded; the budget evicts another.
        const [oldest] = theirs
        const reading = yield* Effect.fork(storage.readFile(oldest?.id ?? ""))
        yield* pass(5)
        yield* reading
        expect((yield* local.listFiles).length).to.equal(3)
        expect(sync.fileState(oldest?.id ?? "").local).to.equal(true)
      }),
  )

  withEngine(
    "frees another file where the oldest's content is also a pinned file's",
    { maxCacheBytes: 2_500 },
    ({ storage, sync }) =>
      Effect.gen(function* () {
        yield* sync.start
        const isRemote = (id: string) => eventually("it is remote", () => sync.fileState(id).remote)
        const oldest = yield* storage.saveFile(bytes(1))
        const pinned = yield* storage.saveFile(bytes(1))
        yield* sync.pin(pinned)
        const other = yield* storage.saveFile(bytes(2))
        for (const id of [oldest, pinned, other]) yield* isRemote(id)
        const newest = yield* storage.saveFile(bytes(3))
        yield* isRemote(newest)
        yield* eventually("one is freed", () => !sync.fileState(other).local)
        for (const id of [oldest, pinned, newest]) expect(sync.fileState(id).local).to.equal(true)
      }),
  )

  withEngine("fetches a file again that is freed just when it is read", {}, ({ storage, sync, local }) =>
    Effect.gen(function* () {
      yield* sync.start
      const id = yield* storage.saveFile(bytes(1))
      yield* eventually("it is remote", () => sync.fileState(id).remote)
      const { readFile } = local
      let freed = 0
      ;(local as { readFile: typeof readFile }).readFile = (contentHash) =>
        Effect.zipRight(freed++ === 0 ? Effect.orDie(sync.evict(id)) : Effect.void, readFile(contentHash))
      const reading = yield* Effect.fork(storage.readFile(id))
      yield* pass(5)
      expect((yield* reading).size).to.equal(1_000)
      expect(freed).to.equal(2)
      expect(sync.fileState(id).local).to.equal(true)
    }),
  )

  withEngine("keeps bytes that a journal promises, whatever records say", {}, ({ local, records }) =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const { contentHash, sizeBytes } = yield* local.writeFile(bytes(1))
      const path = makeStoredPath("test", contentHash)
      const identity = { id: "promised", contentHash }
      const about = { name: "a", mimeType: "text/plain", metadata: null, createdAt: 0, previousHash: null }
      yield* outbox.append([{ type: "save", ...identity, path, sizeBytes, ...about }])
      expect(records.withContent(contentHash)).to.deep.equal([])
      const release = Effect.provide(releaseContent([contentHash], "unreferenced", 0), layerPresenceIndex)
      expect(yield* release).to.deep.equal([])
      expect(yield* local.filesExist([contentHash])).to.deep.equal([true])
      yield* outbox.append([{ type: "settled", ...identity }])
      expect(yield* release).to.deep.equal([contentHash])
    }),
  )

  withEngine("does not free anything for an estimate that cannot be", {}, ({ storage, sync, local }) =>
    Effect.gen(function* () {
      yield* sync.start
      const id = yield* storage.saveFile(bytes(1))
      yield* eventually("it is remote", () => sync.fileState(id).remote)
      ;(local as { estimate: unknown }).estimate = Effect.succeed({
        usageBytes: 4_292_152_663,
        quotaBytes: 1_000_000_000,
        persisted: false,
      })
      yield* storage.saveFile(bytes(2, 9 * 1024 * 1024))
      expect(sync.fileState(id).local).to.equal(true)
    }),
  )

  withEngine("counts thumbnails and unfinished files", { maxCacheBytes: 3_500 }, ({ storage, sync, local }) =>
    Effect.gen(function* () {
      const beside = { thumbnailBytes: 500, unfinishedBytes: 400 }
      ;(local as { spaceBeside: typeof local.spaceBeside }).spaceBeside = Effect.succeed(beside)
      yield* sync.start
      const ids = yield* storage.saveFiles([1, 2, 3].map((at) => ({ file: bytes(at) })))
      const isRemote = () => ids.every((id) => sync.fileState(id).remote)
      yield* eventually("they are remote", isRemote)
      yield* eventually("one makes room", () => ids.filter((id) => sync.fileState(id).local).length === 2)
    }),
  )

  withEngine(
    "refuses an update of a file that is deleted meanwhile, and keeps no bytes",
    {},
    ({ storage, local }) =>
      Effect.gen(function* () {
        const id = yield* storage.saveFile(bytes(1))
        const { writeFile } = local
        ;(local as { writeFile: typeof writeFile }).writeFile = (...given) =>
          Effect.zipLeft(writeFile(...given), Effect.orDie(storage.deleteFile(id)))
        const result = yield* Effect.either(storage.updateFile(id, bytes(2)))
        expect(Either.getLeft(result)).to.deep.include({ _tag: "Some" })
        expect(Either.isLeft(result) && result.left).to.include({
          _tag: "FileNotFoundError",
          reason: "Deleted",
        })
        expect((yield* local.listFiles).length).to.equal(1)
      }),
  )
})

const seen: Array<string> = []
