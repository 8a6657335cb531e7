import { expect } from "@esm-bundle/chai"
import { Effect, TestClock } from "effect"
import { layerAdapter } from "../../src/services/remote-file-storage/layer-adapter.js"
import { memoryAdapter } from "../../src/services/remote-file-storage/adapters/memory.js"
import { RemoteStorage } from "../../src/services/remote-file-storage/RemoteStorage.js"
import type { RemoteStorageAdapter, UploadRequest } from "../../src/types/index.js"
import { eventually, pass, withEngine } from "../support/engine-bench.js"
import { itEffect } from "../support/it-effect.js"

type Hanging = "upload" | "download" | "begin" | "uploadPart" | "complete" | "uploadMany" | "downloadMany"

const never = new Promise<never>(() => undefined)

/** A remote of which the named operation never answers, the first time it is asked; it does not even mind the signal. */
const hanging = (operation: Hanging) => {
  const objects = new Map<string, Blob>()
  const signals: AbortSignal[] = []
  const isParts = operation === "begin" || operation === "uploadPart" || operation === "complete"
  const isBatch = operation === "uploadMany" || operation === "downloadMany"
  const adapter = memoryAdapter({ objects, multipart: isParts, batch: isBatch })
  const hangOnce = <Request extends { readonly signal: AbortSignal }, A>(
    ask: (request: Request) => Promise<A>,
  ) => {
    return (request: Request): Promise<A> => {
      if (signals.length > 0) return ask(request)
      signals.push(request.signal)
      return never
    }
  }
  const hang = (part: object | undefined) =>
    part !== undefined && operation in part
      ? { ...part, [operation]: hangOnce((part as Record<string, never>)[operation] as never) }
      : part
  return {
    objects,
    signals,
    adapter: {
      ...(hang(adapter) as RemoteStorageAdapter),
      ...(isParts ? { multipart: hang(adapter.multipart) } : {}),
      ...(isBatch ? { batch: hang(adapter.batch) } : {}),
    } as RemoteStorageAdapter,
  }
}

const bytes = (sizeBytes: number): Blob => new Blob([new Uint8Array(sizeBytes).fill(7)])

describe("an engine with an adapter that never answers", () => {
  for (const operation of ["upload", "begin", "uploadPart", "complete", "uploadMany"] as const) {
    const sizeBytes = operation === "upload" || operation === "uploadMany" ? 100 : 17 * 1024 * 1024
    const remote = hanging(operation)
    withEngine(
      `aborts an upload that hangs in \`${operation}\`, and tries it again`,
      { adapter: remote.adapter, transfers: { stallTimeout: "20 seconds", maxConcurrentUploads: 1 } },
      ({ storage, sync }) =>
        Effect.gen(function* () {
          yield* sync.start
          const id = yield* storage.saveFile(bytes(sizeBytes))
          yield* eventually("it is asked", () => remote.signals.length === 1)
          yield* pass(19)
          expect(remote.signals[0]?.aborted).to.equal(false)
          // What reports no progress has the time of a slow connection on top: 17 MB take nine minutes.
          yield* pass(operation === "upload" || operation === "uploadMany" ? 6 : 600)
          yield* eventually("it is aborted", () => remote.signals[0]?.aborted === true)
          yield* eventually("it is remote", () => sync.fileState(id).remote, 60)
        }),
    )
  }

  for (const operation of ["download", "downloadMany"] as const) {
    const remote = hanging(operation)
    withEngine(
      `aborts a download that hangs in \`${operation}\`, and tries it again`,
      { adapter: remote.adapter, transfers: { stallTimeout: "20 seconds", maxConcurrentDownloads: 1 } },
      ({ storage, sync }) =>
        Effect.gen(function* () {
          yield* sync.start
          const id = yield* storage.saveFile(bytes(100))
          yield* eventually("it is remote", () => sync.fileState(id).remote)
          yield* sync.evict(id)
          yield* sync.prioritize(id)
          yield* eventually("it is asked", () => remote.signals.length === 1)
          yield* pass(26)
          yield* eventually("it is aborted", () => remote.signals[0]?.aborted === true)
          yield* eventually("it is here", () => sync.fileState(id).local, 60)
        }),
    )
  }

  const bodies = { asked: 0, isCancelled: false }
  withEngine(
    "aborts a download whose body stops coming and cannot be cancelled, and tries it again",
    {
      transfers: { stallTimeout: "20 seconds", maxConcurrentDownloads: 1 },
      adapter: {
        download: async () => {
          const isFirst = ++bodies.asked === 1
          return {
            offset: 0,
            totalBytes: 100,
            etag: undefined,
            body: new ReadableStream<Uint8Array>({
              pull: async (to) => {
                to.enqueue(new Uint8Array(isFirst ? 50 : 100).fill(7))
                if (isFirst) await never
                to.close()
              },
              cancel: () => {
                bodies.isCancelled = true
                return never
              },
            }),
          }
        },
      },
    },
    ({ storage, sync }) =>
      Effect.gen(function* () {
        yield* sync.start
        const id = yield* storage.saveFile(bytes(100))
        yield* eventually("it is remote", () => sync.fileState(id).remote)
        yield* sync.evict(id)
        yield* sync.prioritize(id)
        yield* eventually("it is asked", () => bodies.asked === 1)
        yield* pass(26)
        yield* eventually("it is here", () => sync.fileState(id).local, 60)
        expect(bodies.isCancelled).to.equal(true)
      }),
  )

  const slow = { requests: [] as UploadRequest[] }
  withEngine(
    "waits as long as it takes for an upload that moves, however slowly, and no longer when it stops",
    {
      transfers: { stallTimeout: "20 seconds" },
      adapter: {
        upload: (request) => {
          slow.requests.push(request)
          return never
        },
      },
    },
    ({ storage, sync }) =>
      Effect.gen(function* () {
        yield* sync.start
        yield* storage.saveFile(bytes(100))
        yield* eventually("it is asked", () => slow.requests.length === 1)
        for (let minute = 0; minute < 40; minute++) {
          yield* TestClock.adjust("15 seconds")
          slow.requests[0]?.onProgress(minute + 1, 100)
        }
        // The same number again is no progress.
        const { signal, onProgress } = slow.requests[0] as UploadRequest
        expect(signal.aborted).to.equal(false)
        yield* TestClock.adjust("15 seconds")
        onProgress(40, 100)
        yield* TestClock.adjust("10 seconds")
        expect(signal.aborted).to.equal(true)
      }),
  )

  withEngine(
    "says that it was a time-out, asks whether the remote is there, and lets other files pass",
    {
      transfers: { maxConcurrentUploads: 1 },
      adapter: { upload: () => never },
    },
    ({ storage, sync }) =>
      Effect.gen(function* () {
        yield* sync.start
        const id = yield* storage.saveFile(bytes(100))
        yield* eventually("it uploads", () => sync.fileState(id).transfer === "uploading")
        const other = yield* storage.saveFile(bytes(101))
        yield* pass(89)
        expect(sync.fileState(id)).to.include({ transfer: "uploading", attempt: 0 })
        yield* pass(2)
        // The remote answers the question, so it is queued again at once, and then says nothing of what failed before.
        let { error } = sync.fileState(id)
        yield* eventually("it failed", () => {
          error ??= sync.fileState(id).error
          return sync.fileState(id).attempt === 1
        })
        if (error !== null) expect(error).to.include({ tag: "UploadError", reason: "Timeout" })
        yield* eventually("the other one goes", () => sync.fileState(other).transfer === "uploading")
      }),
  )

  itEffect("gives up a deletion that hangs", () => {
    const signals: AbortSignal[] = []
    const adapter: RemoteStorageAdapter = {
      ...memoryAdapter(),
      delete: ({ signal }) => {
        signals.push(signal)
        return never
      },
    }
    return Effect.gen(function* () {
      const remote = yield* RemoteStorage
      const deleting = yield* Effect.fork(
        Effect.flip(remote.delete({ key: "k", contentHash: "h", record: { id: "f" } as never })),
      )
      yield* TestClock.adjust("91 seconds")
      expect(yield* deleting.await).to.deep.include({ _tag: "Success" })
      expect(signals[0]?.aborted).to.equal(true)
    }).pipe(Effect.provide(layerAdapter(adapter)))
  })
})
