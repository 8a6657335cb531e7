import { expect } from "@esm-bundle/chai"
import { RemoteFailure } from "../../../../types/index.js"
import { toConnection } from "./to-connection.js"
import { multipartOnDemand } from "./multipart-on-demand.js"

const connection = toConnection({
  baseUrl: "https://files.example",
  fetch: () => Promise.resolve(Response.json({ parts: [] })),
})
const request = {
  key: "store/key",
  contentHash: "0".repeat(64),
  record: undefined as never,
  uploadId: "u1",
  signal: new AbortController().signal,
}

describe("multipartOnDemand", () => {
  it("fails as a request would where the program cannot be loaded, and goes on when it can", async () => {
    let isOffline = true
    const multipart = multipartOnDemand(connection, { minPartBytes: 1 }, () =>
      isOffline ? Promise.reject(new TypeError("Failed to fetch")) : import("./multipart.js"),
    )
    const failure: unknown = await multipart.listParts(request).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(RemoteFailure)
    expect((failure as RemoteFailure).reason).to.equal("Offline")
    isOffline = false
    expect(await multipart.listParts(request)).to.deep.equal([])
  })
})
