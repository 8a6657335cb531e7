import { expect } from "@esm-bundle/chai"
import { s3Adapter, type S3AdapterOptions } from "../../../src/services/remote-file-storage/adapters/s3.js"
import { describeAdapter } from "../../../src/testing/adapter-conformance.js"
import { makeContent } from "../../../src/testing/adapter-conformance/content.js"
import { failsWith } from "../../../src/testing/adapter-conformance/expect.js"
import { makeSubject, readAll } from "../../../src/testing/adapter-conformance/subject.js"
import { faultsOf, type Line, lineAt, lineTo, startAt } from "./stores/line.js"

interface S3Store {
  readonly url: string
  readonly storeLineUrl: string
  readonly minPartBytes: number
  readonly missing?: string
}

const expired = {
  status: 403,
  headers: { "Content-Type": "application/xml" },
  body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
}

describe("S3 (Ceph radosgw)", () => {
  let store: S3Store
  let serverLine: Line
  let storeLine: Line
  before(async function () {
    store = await startAt<S3Store>("/__store/s3")
    // The test server prints why.
    if (store.missing !== undefined) this.skip()
    storeLine = lineAt(store.storeLineUrl)
  })
  beforeEach(async () => {
    await storeLine.set({ bytesPerSecond: null, cutAfterBytes: null, answer: null, drop: false, hang: false })
    serverLine = await lineTo(store.url)
  })

  const adapterWith = (options: Partial<S3AdapterOptions> = {}) =>
    s3Adapter({
      baseUrl: `${serverLine.url}/api`,
      multipart: { minPartBytes: store.minPartBytes },
      ...options,
    })

  describeAdapter("s3Adapter", () => ({
    adapter: adapterWith(),
    afterRestart: adapterWith(),
    faults: faultsOf(serverLine, storeLine),
  }))

  /** As at Amazon: the signature covers the hash of the body, and this store checks it as well. */
  describeAdapter("s3Adapter, straight to the key", async () => {
    const direct = await startAt<S3Store>("/__store/s3?direct")
    const lines = [await lineTo(direct.url), lineAt(direct.storeLineUrl)] as const
    const options = { baseUrl: `${lines[0].url}/api`, multipart: { minPartBytes: direct.minPartBytes } }
    return { adapter: s3Adapter(options), faults: faultsOf(...lines) }
  })

  describe("s3Adapter", () => {
    /** What the page itself asked of the store, with which method. */
    const askedOfStore = async (work: () => Promise<unknown>) => {
      const before = (await storeLine.report()).requests.length
      await work()
      return (await storeLine.report()).requests
        .slice(before)
        .filter(({ url }) => url.includes("X-Amz-Signature"))
    }

    it("moves bytes straight between page and store, without the app's token", async () => {
      const subject = makeSubject({ adapter: adapterWith({ getToken: () => "s3cret" }) })
      const content = await makeContent(1_000_000)
      const requests = await askedOfStore(async () => {
        await subject.upload(content)
        expect(await readAll((await subject.download(content)).body)).deep.equal(content.bytes)
      })
      expect(requests.map(({ method }) => method)).deep.equal(["PUT", "GET"])
      expect(requests.map(({ authorization }) => authorization)).deep.equal([null, null])
      expect((await serverLine.report()).receivedBytes, "what our server received").lessThan(2000)
    })

    it("signs once more when a URL has expired, then surfaces", async () => {
      const subject = makeSubject({ adapter: adapterWith() })
      const content = await makeContent(1000)
      await storeLine.set({ answer: { ...expired, method: "PUT", times: 1 } })
      expect((await askedOfStore(() => subject.upload(content))).length).equal(2)
      await storeLine.set({ answer: { ...expired, times: 1 } })
      expect((await askedOfStore(() => subject.download(content))).length).equal(2)
      await storeLine.set({ answer: { ...expired, method: "GET" } })
      const refused = await askedOfStore(() => failsWith(subject.download(content), "ServerError"))
      expect(refused.length).equal(2)
    })

    it("signs each part right before it is sent, and again when its URL has expired", async () => {
      const content = await makeContent(store.minPartBytes * 2)
      const { adapter, requestFor } = makeSubject({ adapter: adapterWith() })
      const begun = await adapter.multipart?.begin(requestFor(content))
      if (adapter.multipart === undefined || begun === undefined || begun === "already-there")
        throw new Error("new")
      const upload = { ...requestFor(content), uploadId: begun.uploadId, onProgress: () => undefined }
      await storeLine.set({ answer: { ...expired, times: 1 } })
      const signaturesBefore = (await serverLine.report()).requests.filter(
        ({ url }) => url === "/api/sign",
      ).length
      const body = content.body.slice(0, store.minPartBytes)
      const part = await adapter.multipart.uploadPart({ ...upload, partNumber: 1, body })
      const signatures = (await serverLine.report()).requests.filter(({ url }) => url === "/api/sign").length
      expect(signatures - signaturesBefore).equal(2)
      expect(await adapter.multipart.listParts(upload)).deep.equal([part])
    })

    it("lets the app sign, check and delete by its own means", async () => {
      const server = adapterWith()
      const signed: Array<string> = []
      const deleted: Array<string> = []
      const subject = makeSubject({
        adapter: adapterWith({
          sign: async (requests, { signal }) => {
            signed.push(...requests.map(({ method }) => method))
            const answer = await fetch(`${store.url}/api/sign`, {
              method: "POST",
              body: JSON.stringify({ requests }),
              signal,
            })
            return (await answer.json()).results
          },
          control: {
            head: async () => undefined,
            delete: async ({ key }) => void deleted.push(key),
            multipart: server.multipart ?? false,
          },
        }),
      })
      const content = await makeContent(1000)
      await subject.upload(content)
      expect(await readAll((await subject.download(content)).body)).deep.equal(content.bytes)
      await subject.adapter.delete(subject.requestFor(content))
      expect(signed).deep.equal(["PUT", "GET"])
      expect(deleted).deep.equal([subject.requestFor(content).key])
      expect(
        (await serverLine.report()).requests.every(({ method }) => method === "POST"),
        "only the completion",
      ).equal(true)
    })

    it("says what our server says when it does not sign", async () => {
      const content = await makeContent(1000)
      const { adapter, requestFor } = makeSubject({ adapter: adapterWith() })
      const upload = {
        ...requestFor(content),
        key: "not a key",
        body: content.body,
        onProgress: () => undefined,
      }
      await failsWith(adapter.upload({ ...upload, key: content.contentHash }), "Rejected")
    })

    it("finds a part whose ETag the bucket does not show to pages", async () => {
      const content = await makeContent(store.minPartBytes)
      const adapter = adapterWith()
      const { multipart } = adapter
      const { requestFor } = makeSubject({ adapter })
      const begun = await multipart?.begin(requestFor(content))
      if (multipart === undefined || begun === undefined || begun === "already-there") throw new Error("new")
      const upload = { ...requestFor(content), uploadId: begun.uploadId, onProgress: () => undefined }
      const part = await multipart.uploadPart({ ...upload, partNumber: 1, body: content.body })
      // The part is there; now the same answer as a bucket without the rule gives it.
      const answer = { status: 200, headers: { "Access-Control-Expose-Headers": "" }, times: 1 }
      await storeLine.set({ answer })
      expect(await multipart.uploadPart({ ...upload, partNumber: 1, body: content.body })).deep.equal(part)
    })
  })
})
