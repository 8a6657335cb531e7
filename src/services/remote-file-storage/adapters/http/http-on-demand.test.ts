import { expect } from "@esm-bundle/chai"
import { RemoteFailure } from "../../../../types/index.js"
import { httpOnDemand } from "./http-on-demand.js"
import { speakHttp } from "./speak-http.js"

const options = {
  baseUrl: "https://files.example",
  fetch: async (_url: RequestInfo | URL, init?: RequestInit) =>
    init?.method === "DELETE" ? new Response(null, { status: 204 }) : Response.json({ parts: [] }),
}
const request = {
  key: "store/key",
  contentHash: "0".repeat(64),
  record: undefined as never,
  uploadId: "u1",
  signal: new AbortController().signal,
}

const failureOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => (error instanceof RemoteFailure ? error.reason : error),
  )

describe("a part of the adapter that cannot be loaded", () => {
  it("fails every call as a request would, and goes on when it can be", async () => {
    let isOffline = true
    const adapter = httpOnDemand(options, () =>
      isOffline ? Promise.reject(new TypeError("Failed to fetch")) : import("./speak-http.js"),
    )
    expect(await failureOf(adapter.delete(request))).to.equal("Offline")
    expect(await failureOf(adapter.multipart?.listParts(request) ?? Promise.resolve())).to.equal("Offline")
    isOffline = false
    expect(await failureOf(adapter.delete(request))).to.equal(undefined)
    expect(await adapter.multipart?.listParts(request)).to.deep.equal([])
  })

  it("is asked for as soon as there is an adapter, and once", async () => {
    let asked = 0
    const adapter = httpOnDemand(options, () => {
      asked++
      return import("./speak-http.js")
    })
    expect(asked).to.equal(1)
    await Promise.all([adapter.delete(request), adapter.delete(request)])
    expect(asked).to.equal(1)
  })

  it("says the same of what sends parts", async () => {
    let isOffline = true
    const limits = {
      multipart: { minPartBytes: 1 },
      batch: { maxFiles: 1, maxFileBytes: 1, maxTotalBytes: 1 },
    }
    const { multipart } = speakHttp(options, limits, () =>
      isOffline ? Promise.reject(new TypeError("Failed to fetch")) : import("./multipart.js"),
    )
    expect(await failureOf(multipart.listParts(request))).to.equal("Offline")
    isOffline = false
    expect(await multipart.listParts(request)).to.deep.equal([])
  })
})

describe("httpAdapter without an address", () => {
  it("says so at once", () => {
    expect(() => httpOnDemand({} as never)).to.throw("`baseUrl`")
  })
})
