import { expect } from "@esm-bundle/chai"
import type { FileRecord } from "../../../types/index.js"
import { httpAdapter } from "./http.js"

describe("httpAdapter without an address", () => {
  it("says so at once", () => {
    expect(() => httpAdapter({} as never)).to.throw("`baseUrl`")
  })
})

describe("a key of another device's record", () => {
  const asked: Array<string> = []
  const adapter = httpAdapter({
    baseUrl: "/api",
    getToken: () => "secret",
    fetch: async (input) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input, "http://app.example")
      asked.push(pathname + search)
      return new Response(null, { status: 204 })
    },
  })
  const requestFor = (key: string) => ({
    key,
    contentHash: "a".repeat(64),
    record: { mimeType: "text/plain", sizeBytes: 1 } as FileRecord,
    signal: new AbortController().signal,
  })

  it("leads nowhere but to a file", async () => {
    const keys = [
      "../../account",
      "a/../../../b",
      "%2e%2e/%2E./b",
      "..\\b",
      "a?erase",
      "a#b",
      "a/\n../../b",
      "./b",
    ]
    for (const key of keys) {
      const request = requestFor(key)
      const part = { ...request, uploadId: "u" }
      const upload = { ...request, body: new Blob(["x"]), onProgress: () => undefined }
      const calls: ReadonlyArray<() => unknown> = [
        () => adapter.delete(request),
        () => adapter.download({ ...request, offset: 0, etag: undefined }),
        () => adapter.head?.(request),
        () => adapter.isStored?.(request),
        () => adapter.upload(upload),
        () => adapter.multipart?.begin(request),
        () => adapter.multipart?.uploadPart({ ...upload, ...part, partNumber: 1 }),
        () => adapter.multipart?.listParts(part),
        () => adapter.multipart?.complete({ ...part, parts: [] }),
        () => adapter.multipart?.abort(part),
      ]
      for (const [at, call] of calls.entries()) {
        const thrown: unknown = await Promise.resolve()
          .then(call)
          .catch((error: unknown) => error)
        expect(thrown, `${key}, call ${at}`).to.include({ name: "RemoteFailure", reason: "Rejected" })
      }
    }
    expect(asked).to.deep.equal([])
  })

  it("goes into the address as it is, to erase what no record has", async () => {
    const keys = [`acme/${"a".repeat(64)}`, "a%2Fb%2E/x", "photos/cat.png", "a:b@c;d/~x!"]
    for (const key of keys) await adapter.delete(requestFor(key))
    expect(asked).to.deep.equal(keys.map((key) => `/api/files/${key}?erase`))
  })
})
