import { expect } from "@esm-bundle/chai"
import { memoryAdapter } from "../../../src/services/remote-file-storage/adapters/memory.js"
import { adapterConformance, type ConformanceOptions } from "../../../src/testing/adapter-conformance.js"
import { RemoteFailure, type RemoteStorageAdapter, type UploadedPart } from "../../../src/types/index.js"

type Break = (good: RemoteStorageAdapter) => Partial<RemoteStorageAdapter>

const never = new AbortController().signal
/** Throws where no header can carry the value. */
const requireHeaderValue = (value: string) => new Headers([["X-Value", value]])
const wholeOf = async (
  good: RemoteStorageAdapter,
  request: Parameters<RemoteStorageAdapter["download"]>[0],
) => good.download({ ...request, offset: 0 })
const multipartOf = (good: RemoteStorageAdapter) => {
  if (good.multipart === undefined) throw new Error("the good adapter has parts")
  return good.multipart
}
const batchOf = (good: RemoteStorageAdapter) => {
  if (good.batch === undefined) throw new Error("the good adapter has batches")
  return good.batch
}

/** What is wrong with an adapter, and the case that must say so. */
const broken: ReadonlyArray<readonly [defect: string, breakIt: Break, caught: string]> = [
  [
    "changes a byte",
    (good) => ({
      download: async (request) => {
        const answer = await good.download(request)
        const bytes = new Uint8Array(await new Response(answer.body as BodyInit).arrayBuffer())
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
        return { ...answer, body: new Blob([bytes]).stream() }
      },
    }),
    "gives back 5 MB as it was",
  ],
  [
    "gives the key of nothing",
    (good) => ({ upload: async (request) => ({ ...(await good.upload(request)), key: "elsewhere" }) }),
    "gives back one byte as it was",
  ],
  [
    "refuses empty files",
    (good) => ({
      upload: async (request) => {
        if (request.body.size === 0) throw new RemoteFailure("Rejected", "empty")
        return good.upload(request)
      },
    }),
    "gives back an empty file as it was",
  ],
  [
    "takes what is there for an error",
    (good) => ({
      upload: async (request) => {
        if ((await good.head?.(request)) !== undefined) throw new RemoteFailure("Rejected", "there")
        return good.upload(request)
      },
    }),
    "resolves when the content is already there",
  ],
  [
    "fails when two upload at once",
    (good) => {
      const busy = new Set<string>()
      return {
        upload: async (request) => {
          if (busy.has(request.key)) throw new RemoteFailure("Rejected", "busy")
          busy.add(request.key)
          await new Promise((resolve) => setTimeout(resolve))
          try {
            return await good.upload(request)
          } finally {
            busy.delete(request.key)
          }
        },
      }
    },
    "stores a content once when it is uploaded several times at once",
  ],
  [
    "lies about the content",
    (good) => ({
      upload: async ({ body, ...request }) => {
        const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer())
        const contentHash = Array.from(new Uint8Array(digest), (byte) =>
          byte.toString(16).padStart(2, "0"),
        ).join("")
        return good.upload({ ...request, body, contentHash })
      },
    }),
    "refuses bytes that are not the announced ones, and stores nothing",
  ],
  [
    "goes back in its progress",
    (good) => ({
      upload: async (request) => {
        request.onProgress(10, request.body.size)
        request.onProgress(5, request.body.size)
        return good.upload(request)
      },
    }),
    "reports progress that only grows and ends at the whole",
  ],
  [
    "never reaches the end of its progress",
    (good) => ({
      upload: (request) =>
        good.upload({ ...request, onProgress: (_, total) => request.onProgress(total - 1, total) }),
    }),
    "reports progress that only grows and ends at the whole",
  ],
  [
    "throws plain errors",
    (good) => ({
      download: async (request) => {
        try {
          return await good.download(request)
        } catch {
          throw new Error("404")
        }
      },
    }),
    "fails with NotFound for what is not there",
  ],
  [
    "gives an empty file for what is not there",
    (good) => ({
      download: async (request) =>
        (await good.head?.(request)) === undefined
          ? { body: new Blob([]).stream(), offset: 0, totalBytes: 0, etag: undefined }
          : good.download(request),
    }),
    "fails with NotFound for what is not there",
  ],
  [
    "deletes nothing",
    () => ({ delete: async () => undefined }),
    "deletes, and deletes again without complaint",
  ],
  [
    "cannot delete twice",
    (good) => ({
      delete: async (request) => {
        if ((await good.head?.(request)) === undefined) throw new RemoteFailure("NotFound", "gone")
        return good.delete(request)
      },
    }),
    "deletes, and deletes again without complaint",
  ],
  [
    "measures wrongly",
    (good) => ({
      head: async (request) => {
        const found = await good.head?.(request)
        return found && { sizeBytes: found.sizeBytes + 1 }
      },
    }),
    "reports the size of what is there",
  ],
  [
    "puts names into headers",
    (good) => ({
      upload: async (request) => {
        requireHeaderValue(request.record.name)
        return good.upload(request)
      },
    }),
    "takes files of any name and type",
  ],
  [
    "puts types into headers",
    (good) => ({
      upload: async (request) => {
        requireHeaderValue(request.record.mimeType)
        return good.upload(request)
      },
    }),
    "takes files of any name and type",
  ],
  [
    "is unwell",
    () => ({ checkHealth: () => Promise.reject(new RemoteFailure("Offline", "unwell")) }),
    "is healthy",
  ],
  [
    "forgets the offset",
    (good) => ({ download: (request) => wholeOf(good, request) }),
    "goes on from an offset",
  ],
  [
    "gives the whole for the rest",
    (good) => ({
      download: async (request) => ({ ...(await wholeOf(good, request)), offset: request.offset }),
    }),
    "never joins the rest of one content to the start of another",
  ],
  [
    "repeats the last byte behind the end",
    (good) => ({
      download: async (request) => ({
        ...(await good.download({ ...request, offset: Math.min(request.offset, 999) })),
        offset: request.offset,
      }),
    }),
    "starts from 0 when no bytes lie behind the offset",
  ],
  [
    "ignores aborts",
    (good) => ({
      upload: (request) => good.upload({ ...request, signal: never }),
      download: (request) => good.download({ ...request, signal: never }),
    }),
    "sends nothing for a request that is already aborted",
  ],
  [
    "ignores an abort once it has begun",
    (good) => ({
      upload: async (request) => {
        request.signal.throwIfAborted()
        return good.upload({ ...request, signal: never })
      },
    }),
    "stops an upload that has just begun",
  ],
  [
    "ignores an abort once the body has begun",
    (good) => ({ download: (request) => good.download({ ...request, signal: never }) }),
    "ends a download whose body is being read",
  ],
  [
    "is broken for good by an abort",
    (good) => {
      let isBroken = false
      return {
        upload: (request) => {
          request.signal.addEventListener("abort", () => {
            isBroken = true
          })
          return isBroken ? Promise.reject(new RemoteFailure("Aborted", "still")) : good.upload(request)
        },
      }
    },
    "goes on working after aborts",
  ],
  [
    "joins parts as they came",
    (good) => {
      const multipart = multipartOf(good)
      const came: Array<UploadedPart> = []
      return {
        multipart: {
          ...multipart,
          uploadPart: async (request) => {
            const part = await multipart.uploadPart(request)
            came.push(part)
            return part
          },
          complete: (request) => multipart.complete({ ...request, parts: came }),
        },
      }
    },
    "joins parts that came in any order, and shows nothing before",
  ],
  [
    "shows no parts",
    (good) => ({ multipart: { ...multipartOf(good), listParts: async () => [] } }),
    "goes on with an upload after a restart",
  ],
  [
    "completes only once",
    (good) => {
      const multipart = multipartOf(good)
      return {
        multipart: {
          ...multipart,
          complete: async (request) => {
            if ((await good.head?.(request)) !== undefined)
              throw new RemoteFailure("NotFound", "no such upload")
            return multipart.complete(request)
          },
        },
      }
    },
    "takes a part again, and the upload's end again",
  ],
  [
    "takes parts for granted",
    (good) => ({ multipart: { ...multipartOf(good), complete: async () => undefined } }),
    "refuses parts that are not the announced content, and shows nothing",
  ],
  [
    "begins an upload of what is there",
    (good) => ({ multipart: { ...multipartOf(good), begin: async () => ({ uploadId: "again" }) } }),
    "needs no upload for a content that is there",
  ],
  [
    "keeps aborted uploads",
    (good) => ({ multipart: { ...multipartOf(good), abort: async () => undefined } }),
    "forgets an aborted upload",
  ],
  [
    "reports no progress of parts",
    (good) => {
      const multipart = multipartOf(good)
      return {
        multipart: {
          ...multipart,
          uploadPart: (request) => multipart.uploadPart({ ...request, onProgress: () => undefined }),
        },
      }
    },
    "reports the progress of each part, and stops a part that is aborted",
  ],
  [
    "mixes the members up",
    (good) => {
      const batch = batchOf(good)
      return {
        batch: {
          ...batch,
          downloadMany: (request) =>
            batch.downloadMany({
              ...request,
              onFile: (at, result) => request.onFile(request.files.length - 1 - at, result),
            }),
        },
      }
    },
    "transfers a batch in both directions, in order",
  ],
  [
    "fails the batch for one member",
    (good) => {
      const batch = batchOf(good)
      return {
        batch: {
          ...batch,
          uploadMany: async (request) => {
            const results = await batch.uploadMany(request)
            for (const result of results) if (result instanceof RemoteFailure) throw result
            return results
          },
        },
      }
    },
    "lets one bad member harm no other",
  ],
  [
    "does not wait for its reader to take the members",
    (good) => {
      const batch = batchOf(good)
      return {
        batch: {
          ...batch,
          downloadMany: (request) =>
            batch.downloadMany({
              ...request,
              onFile: async (at, result) => {
                request.onFile(at, result).catch(() => undefined)
              },
            }),
        },
      }
    },
    "waits for its reader to take the members, and stops with it",
  ],
  [
    "does not abort batches",
    (good) => {
      const batch = batchOf(good)
      return { batch: { ...batch, uploadMany: (request) => batch.uploadMany({ ...request, signal: never }) } }
    },
    "takes an empty batch, and stops one that is aborted",
  ],
]

const goodAdapter = () => memoryAdapter({ multipart: true, batch: true })

const run = async (
  name: string,
  adapter: () => RemoteStorageAdapter,
  options?: ConformanceOptions,
): Promise<unknown> => {
  const found = adapterConformance(() => ({ adapter: adapter() }), options).find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no case "${name}"`)
  return found.run().then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe("adapterConformance", () => {
  for (const [defect, breakIt, caught] of broken) {
    it(`catches an adapter that ${defect}`, async () => {
      expect(await run(caught, goodAdapter), "the same case with the good adapter").equal(undefined)
      const makeBroken = () => {
        const good = goodAdapter()
        return { ...good, ...breakIt(good) }
      }
      // Several of them never answer.
      const failure = await run(caught, makeBroken, { caseTimeoutMs: 5000 })
      expect(failure).instanceOf(Error)
    })
  }

  it("fails an adapter that answers nothing, rather than waiting for ever", async () => {
    const silent = () => ({ ...goodAdapter(), checkHealth: () => new Promise<void>(() => undefined) })
    expect(String(await run("is healthy", silent, { caseTimeoutMs: 500 }))).match(/took longer/)
  })

  it("cleans up after a case however it ended", async () => {
    let cleanups = 0
    const cases = adapterConformance(() => ({
      adapter: { ...goodAdapter(), checkHealth: () => Promise.reject(new Error("unwell")) },
      cleanup: async () => {
        cleanups++
      },
    }))
    const chosen = cases.filter(
      ({ name }) => name === "is healthy" || name === "gives back one byte as it was",
    )
    await Promise.allSettled(chosen.map((one) => one.run()))
    expect(cleanups).equal(2)
  })

  it("says what it could not try", async () => {
    const { multipart: _, ...partless } = goodAdapter()
    const cases = adapterConformance(() => ({ adapter: partless }))
    const one = cases.find(({ name }) => name === "forgets an aborted upload")
    expect(await one?.run()).deep.equal({ skipped: "has no parts" })
  })
})
