import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { allowAll } from "./access.js"
import { createFileSyncHandler } from "./handler.js"
import { StorageFailure } from "./object-storage.js"
import type { S3StorageOptions } from "./s3-client.js"
import { s3Storage } from "./s3-storage.js"
import { hashOf, keyOf } from "./test/client.js"

const text = "content"
const key = keyOf(text)
const facts = {
  sizeBytes: text.length,
  contentHash: hashOf(text),
  mimeType: "text/plain",
  onlyIfAbsent: true,
}
const bytes = (): ReadableStream<Uint8Array> => new Blob([text]).stream()

type Answer = (request: Request) => Response | undefined

/** A bucket that gives the answers it was given; everything else is absent. */
const bucket = (answer: Answer, more: Partial<S3StorageOptions> = {}) => {
  const asked: Array<Request> = []
  const storage = s3Storage({
    endpoint: "https://s3.example",
    bucket: "b",
    accessKeyId: "id",
    secretAccessKey: "secret",
    conditionalPut: true,
    fetch: async (request) => {
      asked.push(request.clone() as Request)
      return answer(request) ?? new Response(null, { status: 404 })
    },
    ...more,
  })
  return { storage, asked, calls: () => asked.map(({ method, url }) => `${method} ${new URL(url).pathname}`) }
}

const isPut = (request: Request): boolean => request.method === "PUT"
const listed = () =>
  new Response(`<Part><PartNumber>1</PartNumber><ETag>"e"</ETag><Size>${text.length}</Size></Part>`)

describe("s3Storage", () => {
  it("stores a small file in one conditional request whose hash the store checks", async () => {
    const { storage, asked } = bucket((request) =>
      isPut(request) ? new Response(null, { status: 200 }) : undefined,
    )
    assert.equal((await storage.write(key, bytes(), facts)).outcome, "created")
    assert.equal(asked.length, 1)
    const [put] = asked as [Request]
    assert.equal(put.headers.get("If-None-Match"), "*")
    assert.equal(put.headers.get("x-amz-content-sha256"), hashOf(text))
    assert.equal(await put.text(), text)
  })

  it("sends nothing of a small file whose bytes are wrong", async () => {
    const { storage, asked } = bucket(() => new Response(null, { status: 200 }))
    for (const wrong of [{ contentHash: hashOf("other") }, { sizeBytes: 6 }, { sizeBytes: 8 }]) {
      await assert.rejects(storage.write(key, bytes(), { ...facts, ...wrong }), StorageFailure)
    }
    assert.equal(asked.length, 0)
  })

  it("asks Amazon to keep and check the SHA-256", async () => {
    const { storage, asked } = bucket(() => new Response(null, { status: 200 }), { checksSha256: true })
    await storage.write(key, bytes(), facts)
    const digest = Buffer.from(hashOf(text), "hex").toString("base64")
    assert.equal(asked[0]?.headers.get("x-amz-checksum-sha256"), digest)
  })

  it("looks again after a 409: what the other request left decides", async () => {
    const conflict: Answer = (request) => (isPut(request) ? new Response(null, { status: 409 }) : undefined)
    const absent = bucket(conflict)
    await assert.rejects(
      absent.storage.write(key, bytes(), facts),
      (error: StorageFailure) => error.reason === "Unavailable",
    )
    assert.deepEqual(absent.calls(), [`PUT /b/${key}`, `HEAD /b/${key}`])
    const present = bucket((request) => conflict(request) ?? new Response(null, { headers: { ETag: '"e"' } }))
    assert.deepEqual(await present.storage.write(key, bytes(), facts), {
      outcome: "already-there",
      etag: "e",
    })
    const handler = createFileSyncHandler({ storage: bucket(conflict).storage, authorize: allowAll })
    const headers = { "Content-Length": String(text.length), "If-None-Match": "*" }
    const answer = await handler(new Request(`http://x/files/${key}`, { method: "PUT", body: text, headers }))
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get("Retry-After"), "5")
  })

  it("keeps the staged bytes when a store reports a copy that it has not made", async () => {
    const { storage, calls } = bucket((request) => {
      const { pathname, searchParams } = new URL(request.url)
      if (request.method === "GET" && searchParams.has("uploadId")) return listed()
      if (request.method === "POST") return new Response("<CompleteMultipartUploadResult/>")
      if (request.method === "GET" && pathname.includes("staging"))
        return new Response(text, { headers: { "Content-Length": String(text.length) } })
      return isPut(request) ? new Response("") : undefined
    })
    const uploadId = `${crypto.randomUUID()}.s3`
    const parts = (await storage.multipart.listParts(key, uploadId)) ?? []
    await assert.rejects(
      storage.multipart.complete(key, uploadId, parts, { contentHash: hashOf(text) }),
      (error: StorageFailure) => error.reason === "Unavailable",
    )
    assert.ok(!calls().some((call) => call.startsWith("DELETE")), calls().join(", "))
  })

  it("publishes the bytes that it hashed, whatever is put to the presigned URL meanwhile", async () => {
    const objects = new Map<string, string>()
    const { storage } = bucket((request) => {
      const name = decodeURIComponent(new URL(request.url).pathname)
      const source = request.headers.get("x-amz-copy-source")
      if (isPut(request) && source !== null) {
        const copied = objects.get(decodeURIComponent(source))
        if (copied === undefined) return undefined
        objects.set(name, copied)
        return new Response("<CopyObjectResult/>")
      }
      const found = objects.get(name)
      if (request.method === "DELETE") objects.delete(name)
      if (request.method === "DELETE" || found === undefined) return undefined
      // Two contents may have the same tag: it is an MD5.
      const headers = { ETag: '"same"', "Content-Length": String(found.length) }
      if (request.method === "GET") {
        // While the server reads, the uploader puts another content.
        for (const staged of objects.keys()) if (staged.endsWith(nonce)) objects.set(staged, "CONTENT")
      }
      return new Response(request.method === "GET" ? found : null, { headers })
    })
    const nonce = crypto.randomUUID()
    objects.set(`/b/.filesync/staging/${key}/${nonce}`, text)
    const done = await storage.multipart.complete(key, `${nonce}.`, [], { contentHash: hashOf(text) })
    assert.equal(done, "created")
    assert.equal(objects.get(`/b/${key}`), text)
    assert.deepEqual([...objects.keys()], [`/b/${key}`])
  })

  it("asks for temporary credentials before each request, and remembers none of them longer", async () => {
    let token = 0
    const { storage, asked } = bucket(() => new Response(null, { status: 200 }), {
      credentials: async () => ({
        accessKeyId: "a",
        secretAccessKey: "s",
        sessionToken: `token ${(token += 1)}`,
      }),
    })
    await storage.head(key)
    await storage.head(key)
    assert.deepEqual(
      asked.map(({ headers }) => headers.get("x-amz-security-token")),
      ["token 1", "token 2"],
    )
    const none = bucket(() => undefined, { credentials: () => Promise.reject(new Error("no role")) })
    await assert.rejects(none.storage.head(key), (error: StorageFailure) => error.reason === "Unavailable")
    assert.throws(() => s3Storage({ endpoint: "https://s3.example", bucket: "b" }), TypeError)
  })
})
