import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { BackendUnderTest } from "./backend-under-test.js"
import { bytesOf, clientFor, hashOf, keyOf, someBytes } from "./client.js"

interface Signed {
  readonly status: number
  readonly reason?: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly uploadId?: string
  readonly expiresAt: string
}

/** What the protocol promises about presigned URLs, run against a store that gives them but checks no hash of its own. */
export const signingContract = (
  name: string,
  start: () => Promise<BackendUnderTest>,
  partBytes: number,
): void => {
  describe(`presigned URLs (${name})`, () => {
    let backend: BackendUnderTest
    let client: ReturnType<typeof clientFor>
    before(async () => {
      backend = await start()
      client = clientFor(backend.url)
    })
    after(() => backend.stop())

    const sign = async (
      requests: ReadonlyArray<object | null>,
      token = "everything",
    ): Promise<ReadonlyArray<Signed>> => {
      const answer = await client.send("/sign", { method: "POST", token, body: JSON.stringify({ requests }) })
      assert.equal(answer.status, 200)
      return ((await answer.json()) as { readonly results: ReadonlyArray<Signed> }).results
    }
    const signOne = async (request: object): Promise<Signed> => {
      const [signed] = await sign([request])
      assert.equal(signed?.status, 200)
      return signed
    }
    const wholeRequest = (bytes: Uint8Array) => ({
      method: "PUT",
      key: keyOf(bytes),
      contentHash: hashOf(bytes),
      sizeBytes: bytes.length,
      mimeType: "image/png",
    })
    const finish = (key: string, uploadId: string | undefined) =>
      client.send(`/files/${key}?uploadId=${encodeURIComponent(uploadId ?? "")}`, {
        method: "POST",
        body: '{"parts":[]}',
      })

    it("stores a file that never passes through the handler, once it has been checked", async () => {
      const bytes = someBytes(5000)
      const signed = await signOne(wholeRequest(bytes))
      const sent = await fetch(signed.url, { method: "PUT", body: bytes, headers: signed.headers })
      assert.equal(sent.status, 200)
      assert.equal((await client.send(`/files/${keyOf(bytes)}`)).status, 404, "not yet checked")
      assert.equal((await finish(keyOf(bytes), signed.uploadId)).status, 201)
      const back = await client.send(`/files/${keyOf(bytes)}`)
      assert.equal(back.headers.get("Content-Type"), "image/png")
      assert.deepEqual(await bytesOf(back), bytes)
      assert.equal((await finish(keyOf(bytes), signed.uploadId)).status, 200, "finished twice")
      const get = await signOne({ method: "GET", key: keyOf(bytes) })
      const direct = await fetch(get.url)
      assert.equal(direct.headers.get("Content-Type"), "application/octet-stream")
      assert.match(direct.headers.get("Content-Disposition") ?? "", /^attachment/)
      assert.deepEqual(await bytesOf(direct), bytes)
      const part = await fetch(get.url, { headers: { Range: "bytes=10-19" } })
      assert.equal(part.status, 206)
      assert.deepEqual(await bytesOf(part), bytes.slice(10, 20))
    })

    it("signs for a quarter of an hour by default, and for whole files, parts and downloads alike", async () => {
      const bytes = someBytes(10)
      const key = keyOf(bytes)
      const begun = await client.send(`/files/${key}?uploads`, { method: "POST" })
      const { uploadId } = (await begun.json()) as { readonly uploadId: string }
      const fromMs = Date.now()
      const whole = wholeRequest(bytes)
      for (const signed of await sign([
        whole,
        { ...whole, uploadId, partNumber: 1 },
        { method: "GET", key },
      ])) {
        assert.equal(new URL(signed.url).searchParams.get("X-Amz-Expires"), "900")
        const signedAtMs = Date.parse(signed.expiresAt) - 900_000
        assert.ok(signedAtMs >= fromMs && signedAtMs <= Date.now(), signed.expiresAt)
      }
    })

    it("publishes no other bytes than the declared ones", async () => {
      const bytes = someBytes(5000)
      const wrong = someBytes(5000)
      const signed = await signOne(wholeRequest(bytes))
      const sent = await fetch(signed.url, { method: "PUT", body: wrong, headers: signed.headers })
      if (sent.ok) assert.equal((await finish(keyOf(bytes), signed.uploadId)).status, 400)
      assert.equal((await client.send(`/files/${keyOf(bytes)}`)).status, 404)
      assert.equal((await finish(keyOf(bytes), signed.uploadId)).status, 404, "the wrong bytes are gone")
    })

    it("signs for one key, length and type, and for nothing else", async () => {
      const bytes = someBytes(5000)
      const signed = await signOne(wholeRequest(bytes))
      const put = (url: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
        fetch(url, { method: "PUT", body, headers })
      const elsewhere = signed.url.replace(hashOf(bytes), hashOf("other"))
      assert.equal((await put(elsewhere, bytes, signed.headers)).status, 403, "another key")
      assert.equal((await put(signed.url, bytes.slice(1), signed.headers)).status, 403, "another length")
      const asPage = { ...signed.headers, "Content-Type": "text/html" }
      assert.equal((await put(signed.url, bytes, asPage)).status, 403, "another type")
      assert.equal((await fetch(signed.url, { headers: signed.headers })).status, 403, "another method")
    })

    it("signs parts, late and one by one", async () => {
      const bytes = someBytes(partBytes * 2 + 100)
      const key = keyOf(bytes)
      const begun = await client.send(`/files/${key}?uploads`, { method: "POST" })
      const { uploadId } = (await begun.json()) as { readonly uploadId: string }
      const parts = await Promise.all(
        [1, 2, 3].map(async (partNumber) => {
          const piece = bytes.slice((partNumber - 1) * partBytes, partNumber * partBytes)
          const signed = await signOne({
            method: "PUT",
            key,
            uploadId,
            partNumber,
            contentHash: hashOf(piece),
            sizeBytes: piece.length,
          })
          const sent = await fetch(signed.url, { method: "PUT", body: piece, headers: signed.headers })
          assert.equal(sent.status, 200)
          return { partNumber, etag: (sent.headers.get("ETag") ?? "").replaceAll('"', "") }
        }),
      )
      const path = `/files/${key}?uploadId=${encodeURIComponent(uploadId)}`
      assert.equal((await client.send(path, { method: "POST", body: JSON.stringify({ parts }) })).status, 201)
      assert.deepEqual(await bytesOf(await client.send(`/files/${key}`)), bytes)
    })

    it("gives no more than the token that asks, and no more than a hundred at once", async () => {
      const bytes = someBytes(10)
      const whole = wholeRequest(bytes)
      const get = { method: "GET", key: keyOf(bytes) }
      const reasonsFor = async (token: string) =>
        (await sign([whole, get], token)).map(({ reason }) => reason)
      assert.deepEqual(await reasonsFor("reader"), ["Forbidden", undefined])
      assert.deepEqual(await reasonsFor("nothing"), ["Forbidden", "Forbidden"])
      const ask = (requests: ReadonlyArray<object>, token = "everything") =>
        client.send("/sign", { method: "POST", token, body: JSON.stringify({ requests }) })
      assert.equal((await ask([get], "wrong")).status, 401)
      assert.equal((await ask(Array.from({ length: 100 }, () => get))).status, 200)
      assert.equal((await ask(Array.from({ length: 101 }, () => get))).status, 400)
    })

    it("signs only what the token may do, and says why not", async () => {
      const bytes = someBytes(10)
      const whole = wholeRequest(bytes)
      const results = await sign(
        [
          whole,
          { ...whole, key: keyOf(bytes, "other") },
          { ...whole, key: "x" },
          { ...whole, contentHash: hashOf("other") },
          { ...whole, sizeBytes: undefined },
          { ...whole, sizeBytes: 10 ** 12 },
          { ...whole, uploadId: "../x", partNumber: 1 },
          { ...whole, method: "DELETE" },
          null,
        ],
        "acme",
      )
      assert.deepEqual(
        results.map(({ reason }) => reason),
        [
          undefined,
          "Forbidden",
          "BadKey",
          "DigestMismatch",
          "LengthRequired",
          "TooLarge",
          "BadRequest",
          "BadRequest",
          "BadRequest",
        ],
      )
    })
  })
}
