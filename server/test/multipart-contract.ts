import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { toContentDigest } from "../../src/utils/content-hash.js"
import type { BackendUnderTest } from "./backend-under-test.js"
import { bytesOf, clientFor, hashOf, keyOf, reasonOf, sendRaw, someBytes } from "./client.js"
import { testLimits } from "./test-options.js"

interface Part {
  readonly partNumber: number
  readonly etag: string
  readonly sizeBytes: number
}

/** What the protocol promises for files that come in parts. `partBytes` is the least the store takes. */
export const multipartContract = (
  name: string,
  start: () => Promise<BackendUnderTest>,
  partBytes: number = testLimits.minPartBytes,
): void => {
  describe(`files in parts (${name})`, () => {
    let backend: BackendUnderTest
    let client: ReturnType<typeof clientFor>
    before(async () => {
      backend = await start()
      client = clientFor(backend.url)
    })
    after(() => backend.stop())

    const begin = async (key: string, headers: Record<string, string> = {}): Promise<string> => {
      const answer = await client.send(`/files/${key}?uploads`, { method: "POST", headers })
      assert.equal(answer.status, 201)
      return ((await answer.json()) as { readonly uploadId: string }).uploadId
    }
    const address = (key: string, uploadId: string) =>
      `/files/${key}?uploadId=${encodeURIComponent(uploadId)}`
    const sendPart = (
      key: string,
      uploadId: string,
      partNumber: number,
      body: Uint8Array<ArrayBuffer>,
      headers = {},
    ) => client.send(`${address(key, uploadId)}&partNumber=${partNumber}`, { method: "PUT", body, headers })
    const partOf = async (answer: Response): Promise<Part> => {
      assert.equal(answer.status, 200)
      return (await answer.json()) as Part
    }
    const complete = (key: string, uploadId: string, parts: ReadonlyArray<unknown>, more = {}) =>
      client.send(address(key, uploadId), { method: "POST", body: JSON.stringify({ parts, ...more }) })
    const list = async (key: string, uploadId: string): Promise<ReadonlyArray<Part>> => {
      const answer = await client.send(address(key, uploadId))
      assert.equal(answer.status, 200)
      return ((await answer.json()) as { readonly parts: ReadonlyArray<Part> }).parts
    }
    const cut = (bytes: Uint8Array<ArrayBuffer>): ReadonlyArray<Uint8Array<ArrayBuffer>> =>
      Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, index) =>
        bytes.slice(index * partBytes, (index + 1) * partBytes),
      )

    it("joins parts that came in any order, at the same time and twice", async () => {
      const bytes = someBytes(partBytes * 3 + 77)
      const key = keyOf(bytes)
      const uploadId = await begin(key, { "Content-Type": "video/mp4" })
      const pieces = cut(bytes)
      const parts = await Promise.all(
        [3, 1, 0, 2].map(async (index) =>
          partOf(await sendPart(key, uploadId, index + 1, pieces[index] ?? new Uint8Array())),
        ),
      )
      await partOf(await sendPart(key, uploadId, 2, pieces[1] ?? new Uint8Array()))
      assert.equal(
        (await client.send(`/files/${key}`)).status,
        404,
        "nothing is visible before it is complete",
      )
      const stored = await list(key, uploadId)
      assert.deepEqual(
        stored,
        parts.toSorted((a, b) => a.partNumber - b.partNumber),
      )
      const answer = await complete(key, uploadId, stored)
      assert.equal(answer.status, 201)
      assert.deepEqual(await answer.json(), { key, sizeBytes: bytes.length, contentHash: hashOf(bytes) })
      const got = await client.send(`/files/${key}`)
      assert.equal(got.headers.get("Content-Type"), "video/mp4")
      assert.equal(got.headers.get("ETag"), `"${hashOf(bytes)}"`)
      assert.deepEqual(await bytesOf(got), bytes)
      const range = await client.send(`/files/${key}`, {
        headers: { Range: `bytes=${partBytes - 5}-${partBytes + 4}` },
      })
      assert.deepEqual(await bytesOf(range), bytes.slice(partBytes - 5, partBytes + 5))
    })

    it("says which parts it takes, and how long it waits for them", async () => {
      const bytes = someBytes(50)
      const fromMs = Date.now()
      const answer = await client.send(`/files/${keyOf(bytes)}?uploads`, { method: "POST" })
      const { uploadId, expiresAt, ...rest } = (await answer.json()) as Record<string, unknown>
      assert.deepEqual(rest, {
        key: keyOf(bytes),
        minPartBytes: partBytes,
        maxPartBytes: testLimits.maxBodyBytes,
        maxParts: testLimits.maxParts,
      })
      const begunMs = Date.parse(String(expiresAt)) - 7 * 24 * 3_600_000
      // The server runs on this machine: one clock.
      assert.ok(begunMs >= fromMs && begunMs <= Date.now(), String(expiresAt))
      const head = `PUT /api${address(keyOf(bytes), String(uploadId))}&partNumber=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer everything\r\n`
      const send = (more: string) => sendRaw(backend.url, [`${head}${more}\r\n\r\n`])
      assert.match(await send(`Content-Length: ${testLimits.maxBodyBytes + 1}`), /^HTTP\/1.1 413 /)
      assert.match(await send("Transfer-Encoding: chunked\r\n\r\n0"), /^HTTP\/1.1 411 /)
    })

    it("takes a second completion for a repeated one, when the first answer was lost", async () => {
      const bytes = someBytes(50)
      const key = keyOf(bytes)
      const uploadId = await begin(key)
      const part = await partOf(await sendPart(key, uploadId, 1, bytes))
      assert.equal((await complete(key, uploadId, [part])).status, 201)
      assert.equal((await complete(key, uploadId, [part])).status, 200)
      const gone = await client.send(address(key, uploadId))
      assert.equal(gone.status, 404)
      assert.equal(await reasonOf(gone), "UploadNotFound")
    })

    it("refuses a whole with another SHA-256, publishes nothing and forgets the upload", async () => {
      const bytes = someBytes(50)
      const key = keyOf(bytes)
      const uploadId = await begin(key)
      const part = await partOf(await sendPart(key, uploadId, 1, someBytes(50)))
      const answer = await complete(key, uploadId, [part])
      assert.equal(answer.status, 400)
      assert.equal(await reasonOf(answer), "DigestMismatch")
      assert.equal((await client.send(`/files/${key}`)).status, 404)
      assert.equal((await client.send(address(key, uploadId))).status, 404)
      assert.equal((await complete(key, uploadId, [part])).status, 404)
    })

    it("refuses a part with another digest, and keeps the earlier one", async () => {
      const bytes = someBytes(partBytes)
      const key = keyOf(bytes)
      const uploadId = await begin(key)
      const good = await partOf(
        await sendPart(key, uploadId, 1, bytes, { "Content-Digest": toContentDigest(hashOf(bytes)) }),
      )
      const bad = await sendPart(key, uploadId, 1, someBytes(partBytes), {
        "Content-Digest": toContentDigest(hashOf(bytes)),
      })
      assert.equal(await reasonOf(bad), "DigestMismatch")
      assert.deepEqual(await list(key, uploadId), [good])
      assert.equal((await complete(key, uploadId, [good])).status, 201)
    })

    it("refuses parts that are missing, unknown, out of order or not the stored ones", async () => {
      const bytes = someBytes(partBytes + 9)
      const key = keyOf(bytes)
      const uploadId = await begin(key)
      const [first = new Uint8Array(), second = new Uint8Array()] = cut(bytes)
      const one = await partOf(await sendPart(key, uploadId, 1, first))
      const two = await partOf(await sendPart(key, uploadId, 2, second))
      const wrong: ReadonlyArray<readonly [parts: ReadonlyArray<unknown>, status: number]> = [
        [[], 400],
        [[two, one], 409],
        [[two], 409],
        [[one, two, { partNumber: 3, etag: "x" }], 409],
        [[one, { ...two, etag: one.etag }], 409],
        [[one, null], 409],
        [[one, one], 409],
      ]
      for (const [parts, status] of wrong) {
        assert.equal((await complete(key, uploadId, parts)).status, status, JSON.stringify(parts))
      }
      // A store may take the first part alone, whose hash is wrong, or insist on all.
      assert.match(String((await complete(key, uploadId, [one])).status), /^(?:400|409)$/)
      assert.equal((await client.send(`/files/${key}`)).status, 404)
    })

    it("refuses a small part that is not the last, and broken requests, and keeps the upload", async () => {
      const bytes = someBytes(partBytes - 1 + 5)
      const key = keyOf(bytes)
      const uploadId = await begin(key)
      const one = await partOf(await sendPart(key, uploadId, 1, bytes.slice(0, partBytes - 1)))
      const two = await partOf(await sendPart(key, uploadId, 2, bytes.slice(partBytes - 1)))
      assert.equal((await complete(key, uploadId, [one, two])).status, 400)
      for (const body of ["", "{", "[]", '{"parts":1}', '{"parts":[1],"contentHash":"x"}']) {
        const answer = await client.send(address(key, uploadId), { method: "POST", body })
        assert.ok(answer.status === 400 || answer.status === 409, body)
      }
      for (const partNumber of ["0", "-1", "1.5", "x", "", "10001", "99999999999"]) {
        const path = `${address(key, uploadId)}&partNumber=${partNumber}`
        assert.equal((await client.send(path, { method: "PUT", body: "x" })).status, 400, partNumber)
      }
      assert.equal((await sendPart(key, uploadId, testLimits.maxParts + 1, someBytes(5))).status, 413)
      assert.equal((await sendPart(key, uploadId, 1, new Uint8Array(0))).status, 400)
      assert.equal((await list(key, uploadId)).length, 2)
    })

    it("aborts, and does not mind doing it again", async () => {
      const bytes = someBytes(50)
      const key = keyOf(bytes)
      const uploadId = await begin(key)
      await partOf(await sendPart(key, uploadId, 1, bytes))
      for (let round = 0; round < 2; round++) {
        assert.equal((await client.send(address(key, uploadId), { method: "DELETE" })).status, 204)
      }
      assert.equal((await sendPart(key, uploadId, 2, bytes)).status, 404)
      assert.equal((await client.send(address(key, uploadId))).status, 404)
    })

    it("knows an upload only under the key it was begun with", async () => {
      const bytes = someBytes(50)
      const key = keyOf(bytes)
      const uploadId = await begin(key)
      const other = keyOf(bytes, "acme2")
      assert.equal((await sendPart(other, uploadId, 1, bytes)).status, 404)
      assert.equal((await client.send(address(other, uploadId))).status, 404)
      for (const broken of ["../x", "a/b", "", "x".repeat(600), "%00"]) {
        const answer = await client.send(`/files/${key}?uploadId=${encodeURIComponent(broken)}`)
        assert.ok(answer.status === 400 || answer.status === 404, broken)
      }
    })

    it("begins nothing when the content is there, and completes to it when it came meanwhile", async () => {
      const bytes = someBytes(50)
      const key = keyOf(bytes)
      const uploadId = await begin(key)
      const part = await partOf(await sendPart(key, uploadId, 1, bytes))
      assert.equal((await client.put(bytes)).status, 201)
      const answer = await client.send(`/files/${key}?uploads`, {
        method: "POST",
        headers: { "If-None-Match": "*" },
      })
      assert.equal(await reasonOf(answer), "AlreadyThere")
      assert.equal((await complete(key, uploadId, [part])).status, 200)
    })
  })
}
