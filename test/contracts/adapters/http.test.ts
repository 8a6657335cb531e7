import { expect } from "@esm-bundle/chai"
import {
  httpAdapter,
  type HttpAdapterOptions,
} from "../../../src/services/remote-file-storage/adapters/http.js"
import { makeContent } from "../../../src/testing/adapter-conformance/content.js"
import { failsWith, until, within } from "../../../src/testing/adapter-conformance/expect.js"
import { makeSubject, readAll } from "../../../src/testing/adapter-conformance/subject.js"
import { skipBecause } from "../../support/skip-because.js"
import { type Line, lineTo, startAt } from "./stores/line.js"

const unauthorized = {
  status: 401,
  headers: { "Content-Type": "application/problem+json" },
  body: JSON.stringify({ reason: "Unauthorized" }),
}

describe("httpAdapter", () => {
  let url: string
  let line: Line
  before(async () => {
    ;({ url } = await startAt<{ url: string }>("/__store/disk"))
  })
  beforeEach(async () => {
    line = await lineTo(url)
  })

  const subjectFor = (options: Partial<HttpAdapterOptions> = {}) =>
    makeSubject({ adapter: httpAdapter({ baseUrl: `${line.url}/api/`, ...options }) })

  /** Every way a request is sent, each with what it needs. */
  const everyWay = async (subject: ReturnType<typeof subjectFor>, preparing = subject) => {
    const { adapter, requestFor } = subject
    const [there, large, parts] = await Promise.all([100, 400_000, 100_000].map((size) => makeContent(size)))
    if (there === undefined || large === undefined || parts === undefined) throw new Error("three contents")
    const { multipart, batch } = adapter
    if (multipart === undefined || batch === undefined) throw new Error("both are there")
    await preparing.upload(there)
    const begun = await preparing.adapter.multipart?.begin(requestFor(parts))
    if (begun === undefined || begun === "already-there") throw new Error("it is new")
    const upload = { ...requestFor(parts), uploadId: begun.uploadId }
    const part = { ...upload, partNumber: 1, body: parts.body, onProgress: () => undefined }
    const first = await preparing.adapter.multipart?.uploadPart(part)
    const { signal } = requestFor(there)
    const ways: Readonly<Record<string, () => Promise<unknown>>> = {
      "a small upload": async () => subject.upload(await makeContent(10)),
      "a large upload": () => subject.upload(large),
      "a download": async () => (await subject.download(there)).body.cancel(),
      head: async () => adapter.head?.(requestFor(there)),
      delete: async () => adapter.delete(requestFor(await makeContent(10))),
      health: () => adapter.checkHealth({ signal }),
      "the beginning of parts": async () => multipart.begin(requestFor(await makeContent(10))),
      "a part": () => multipart.uploadPart(part),
      "the list of parts": () => multipart.listParts(upload),
      "the end of parts": () => multipart.complete({ ...upload, parts: first === undefined ? [] : [first] }),
      "the abort of parts": () => multipart.abort(upload),
      "a batch up": async () =>
        batch.uploadMany({ files: [{ ...requestFor(there), body: there.body }], signal }),
      "a batch down": () =>
        batch.downloadMany({ files: [requestFor(there)], signal, onFile: async () => undefined }),
    }
    return ways
  }

  describe("token", () => {
    it("goes with every request, as a header and never in the URL", async () => {
      const subject = subjectFor({ getToken: () => "s3cret", headers: { "X-Request-Id": "7" } })
      for (const way of Object.values(await everyWay(subject))) await way()
      const { requests } = await line.report()
      expect(new Set(requests.map(({ authorization }) => authorization))).deep.equal(
        new Set(["Bearer s3cret"]),
      )
      expect(requests.filter(({ url: path }) => path.includes("s3cret"))).deep.equal([])
    })

    it("is refreshed once after a 401, whichever way the request is sent", async () => {
      const asked: Array<boolean> = []
      const subject = subjectFor({
        getToken: ({ refresh }) => {
          asked.push(refresh)
          return refresh ? "new" : "old"
        },
      })
      for (const [name, way] of Object.entries(await everyWay(subject))) {
        asked.length = 0
        await line.set({ answer: { ...unauthorized, times: 1 } })
        await way()
        expect(asked.filter(Boolean).length, name).equal(1)
      }
    })

    it("gives up when the new token is refused as well", async () => {
      const subject = subjectFor({ getToken: () => "old" })
      for (const [name, way] of Object.entries(await everyWay(subject))) {
        await line.set({ answer: null })
        const before = (await line.report()).requests.length
        await line.set({ answer: unauthorized })
        await failsWith(way(), "Unauthorized")
        expect((await line.report()).requests.length - before, name).equal(2)
        await line.set({ answer: null })
      }
    })

    it("is refreshed once for many requests that meet a 401 together", async () => {
      let refreshes = 0
      const subject = subjectFor({
        getToken: async ({ refresh }) => {
          if (!refresh) return "old"
          refreshes++
          // Long enough for all of them to have been refused.
          await new Promise((resolve) => setTimeout(resolve, 300))
          return "new"
        },
      })
      const contents = await Promise.all([1, 2, 3, 4].map(() => makeContent(10)))
      await line.set({ answer: { ...unauthorized, times: 4 } })
      await Promise.all(contents.map((content) => subject.upload(content)))
      expect(refreshes).equal(1)
    })
  })

  it("notices an abort while the app looks for its token", async () => {
    const subject = subjectFor({ getToken: () => new Promise(() => undefined) })
    const controller = new AbortController()
    const content = await makeContent(10)
    const uploads = [
      subject.upload(content, { signal: controller.signal }),
      subject.download(content, { signal: controller.signal }),
    ].map((work) => failsWith(work, "Aborted"))
    controller.abort()
    await within(30_000, Promise.all(uploads), "the abort")
  })

  describe("stall", () => {
    const stallTimeoutMs = 400
    /** For what must come through on a busy machine before it stalls. */
    const longerStallTimeoutMs = 2500

    it("ends every request that is never answered", async () => {
      const patient = subjectFor()
      const ways = await everyWay(subjectFor({ stallTimeoutMs }), patient)
      await line.set({ hang: true })
      for (const [name, way] of Object.entries(ways)) {
        // Joining takes the server its time: a minute and more.
        if (name === "the end of parts") continue
        // Bytes in buffers are waited for at 32 KB a second, and no way here has more than 100 KB.
        await within(stallTimeoutMs + 5000, failsWith(way(), "Timeout"), name)
      }
      await until(async () => (await line.report()).openRequests === 0, "every connection is closed")
      await line.set({ hang: false })
      await patient.upload(await makeContent(10))
    })

    it("does not count the time in which bytes move, up or down", async () => {
      const subject = subjectFor({ stallTimeoutMs: longerStallTimeoutMs })
      const content = await makeContent(800_000)
      // Four seconds each way.
      await line.set({ bytesPerSecond: 200_000 })
      await subject.upload(content)
      const { body } = await subject.download(content)
      expect((await readAll(body)).length).equal(content.bytes.length)
    })

    it("does not count the time a reader takes for itself", async () => {
      const content = await makeContent(3_000_000)
      await subjectFor().upload(content)
      const { body } = await subjectFor({ stallTimeoutMs: longerStallTimeoutMs }).download(content)
      const reader = body.getReader()
      await reader.read()
      await new Promise((resolve) => setTimeout(resolve, longerStallTimeoutMs * 1.2))
      let rest = 0
      for (let step = await reader.read(); !step.done; step = await reader.read()) rest += step.value.length
      expect(rest).greaterThan(0)
    })

    it("ends a download that stops in the middle", async () => {
      const content = await makeContent(3_000_000)
      await subjectFor().upload(content)
      // Not so fast that all of it is in the sockets' buffers before the stop.
      await line.set({ bytesPerSecond: 1_000_000 })
      const { body } = await subjectFor({ stallTimeoutMs: longerStallTimeoutMs }).download(content)
      const reader = body.getReader()
      await reader.read()
      await line.set({ bytesPerSecond: 1 })
      const rest = async () => {
        while (!(await reader.read()).done);
      }
      await failsWith(rest(), "Timeout")
    })
  })

  it("puts keys into URLs as they are, and no name or odd type into headers", async function () {
    const asked = await fetch(`${line.url}/api/a%2Eb`).then(() => line.report())
    if (!asked.requests.some(({ url: path }) => path.endsWith("a%2Eb"))) {
      skipBecause(this, "this engine's network layer turns %2E into a dot")
    }
    const content = await makeContent(10, { name: "☃\r\n", mimeType: "text/plain; charset=utf-8" })
    const { adapter, requestFor } = subjectFor()
    const key = `my%20store%2E/${content.contentHash}`
    await adapter.upload({ ...requestFor(content), key, body: content.body, onProgress: () => undefined })
    const put = (await line.report()).requests.find(({ method }) => method === "PUT")
    expect(put?.url).equal(`/api/files/${key}`)
    expect(put?.contentType).equal("text/plain")
  })

  it("sends everything through the app's own fetch when there is one", async () => {
    const seen: Array<string> = []
    const subject = subjectFor({
      fetch: (input, init) => {
        seen.push(init?.method ?? "GET")
        return fetch(input, init)
      },
    })
    const reported: Array<number> = []
    const content = await makeContent(10)
    await subject.upload(content, { onProgress: (loaded) => reported.push(loaded) })
    await readAll((await subject.download(content)).body)
    expect(seen).deep.equal(["PUT", "GET"])
    expect(reported.at(-1)).equal(10)
  })

  it("says when the bytes on this device cannot be read, instead of waiting for a connection", async () => {
    const root = await navigator.storage.getDirectory()
    const handle = await root.getFileHandle("goes-away", { create: true })
    const writable = await handle.createWritable()
    await writable.write(new Uint8Array(1000))
    await writable.close()
    const body = await handle.getFile()
    await root.removeEntry("goes-away")
    const content = await makeContent(1000)
    const failure = await failsWith(subjectFor({ stallTimeoutMs: 1000 }).upload(content, { body }), "Unknown")
    expect(failure.message).contain("could not be read")
  })

  it("takes a page that is no answer for another server's", async () => {
    const subject = subjectFor()
    const { adapter, requestFor } = subject
    const request = requestFor(await makeContent(10))
    await line.set({ answer: { status: 200, body: "<html>\nSign in to this network\n</html>" } })
    await failsWith(adapter.multipart?.begin(request) ?? Promise.resolve(), "NotOurServer")
    const files = [request]
    const onFile = async () => undefined
    await failsWith(
      adapter.batch?.downloadMany({ files, signal: request.signal, onFile }) ?? Promise.resolve(),
      "NotOurServer",
    )
    const up = [{ ...request, body: new Blob(["x"]) }]
    await failsWith(
      adapter.batch?.uploadMany({ files: up, signal: request.signal }) ?? Promise.resolve(),
      "NotOurServer",
    )
  })

  it("sends no bytes to where a redirect leads, whatever their size", async () => {
    const subject = subjectFor({ multipart: { minPartBytes: 65_536 } })
    const { adapter, requestFor } = subject
    const parts = await makeContent(400_000)
    const begun = await adapter.multipart?.begin(requestFor(parts))
    if (begun === undefined || begun === "already-there") throw new Error("it is new")
    const part = {
      ...requestFor(parts),
      uploadId: begun.uploadId,
      partNumber: 1,
      onProgress: () => undefined,
    }
    const together = (count: number) => async () => {
      const contents = await Promise.all(Array.from({ length: count }, () => makeContent(100_000)))
      const files = contents.map((content) => ({ ...requestFor(content), body: content.body }))
      await adapter.batch?.uploadMany({ files, signal: part.signal })
    }
    const ways: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
      ["a small file", async () => subject.upload(await makeContent(100_000))],
      ["a large file", () => subject.upload(parts)],
      ["a small batch", together(2)],
      ["a large batch", together(12)],
      ["the beginning of parts", async () => adapter.multipart?.begin(requestFor(await makeContent(10)))],
      ["a part", async () => adapter.multipart?.uploadPart({ ...part, body: parts.body.slice(0, 100_000) })],
    ]
    await line.set({ foreign: "redirect-307" })
    for (const [way, run] of ways) {
      const { foreign } = await failsWith(run(), "NotOurServer")
      expect(foreign, way).equal("redirect")
    }
    await line.set({ foreign: null })
    await together(12)()
    const { requests } = await line.report()
    expect(requests.filter(({ url: asked }) => !asked.startsWith("/api/"))).deep.equal([])
    expect(requests.filter(({ url: asked }) => asked === "/api/batch").length).equal(2 + 2)
  })

  it("sends no bytes to another origin that does not ask for them, when only uploads are led there", async () => {
    const stranger = await lineTo("http://127.0.0.1:1")
    const headers = { Location: `${stranger.url}/api/files/x` }
    await line.set({ answer: { status: 307, method: "PUT", headers } })
    const subject = subjectFor()
    const content = await makeContent(400_000)
    await failsWith(subject.upload(content), "Offline", "NotOurServer")
    const asked = await line.report()
    expect(asked.requests.map(({ method }) => method)).deep.equal(["HEAD", "PUT"])
    expect((await stranger.report()).requests).deep.equal([])
  })

  it("never takes another content at its key for its own", async () => {
    const content = await makeContent(400_000)
    const { adapter, requestFor } = subjectFor()
    await line.set({
      answer: { status: 200, headers: { ETag: `"${"0".repeat(64)}"`, "Content-Length": "0" } },
    })
    const upload = { ...requestFor(content), body: content.body, onProgress: () => undefined }
    await failsWith(adapter.upload(upload), "Rejected")
  })

  it("completes with the parts that are there when a part was sent twice", async () => {
    const content = await makeContent(100_000)
    const { adapter, requestFor } = subjectFor()
    const { multipart } = adapter
    const begun = await multipart?.begin(requestFor(content))
    if (multipart === undefined || begun === undefined || begun === "already-there")
      throw new Error("it is new")
    expect(begun.maxParts).equal(10_000)
    const upload = { ...requestFor(content), uploadId: begun.uploadId }
    const part = await multipart.uploadPart({
      ...upload,
      partNumber: 1,
      body: content.body,
      onProgress: () => undefined,
    })
    await multipart.complete({ ...upload, parts: [{ ...part, etag: "an-older-one" }] })
    expect((await adapter.head?.(upload))?.sizeBytes).equal(100_000)
  })

  it("offers parts and batches only where the app says the server has them", () => {
    const { adapter } = subjectFor({ multipart: false, batch: false })
    expect([adapter.multipart, adapter.batch]).deep.equal([undefined, undefined])
  })

  it("gives the service worker the address, with the token as a header", async () => {
    const adapter = httpAdapter({ baseUrl: "/api", getToken: () => "s3cret" })
    expect(await adapter.serviceWorkerSource?.()).deep.equal({
      baseUrl: `${location.origin}/api`,
      credentials: "same-origin",
      headers: { Authorization: "Bearer s3cret" },
      takesUploads: true,
    })
  })

  it("notifies the page of each refreshed token, so that the service worker gets it as well", async () => {
    let token = "first"
    const { adapter, requestFor } = subjectFor({
      getToken: ({ refresh }) => {
        if (refresh) token = "second"
        return token
      },
    })
    let notified = 0
    const unsubscribe = adapter.onServiceWorkerSourceChange?.(() => {
      notified += 1
    })
    const request = requestFor(await makeContent(10))
    await adapter.head?.(request)
    expect(notified, "a token that is used is none that was refreshed").to.equal(0)
    await line.set({ answer: { ...unauthorized, times: 1 } })
    await adapter.head?.(request)
    await until(async () => notified > 0, "the page is notified")
    expect((await adapter.serviceWorkerSource?.())?.headers?.["Authorization"]).to.equal("Bearer second")
    unsubscribe?.()
  })
})
