import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { type BackendUnderTest, startR2Backend } from "./test/backend-under-test.js"
import { bytesOf, clientFor, hashOf, keyOf, reasonOf, someBytes } from "./test/client.js"

const mebibyte = 1024 ** 2

describe("r2Storage, an object too large for one put", () => {
  let backend: BackendUnderTest
  let client: ReturnType<typeof clientFor>
  before(async () => {
    backend = await startR2Backend()
    client = clientFor(backend.url)
  })
  after(() => backend.stop())

  // The worker under test splits above 6 MiB, into parts of 5 MiB, when it sees this header.
  const split = { "X-Split": "1" }

  for (const sizeBytes of [10 * mebibyte, 10 * mebibyte + 1, 14 * mebibyte + 12_345]) {
    it(`sends ${sizeBytes} bytes in parts of R2's own`, async () => {
      const bytes = someBytes(sizeBytes)
      assert.equal((await client.put(bytes, { headers: split })).status, 201)
      const answer = await client.send(`/files/${keyOf(bytes)}`)
      assert.equal(answer.headers.get("Content-Length"), String(sizeBytes))
      assert.equal(hashOf(await bytesOf(answer)), hashOf(bytes))
      assert.equal((await client.put(bytes, { headers: { ...split, "If-None-Match": "*" } })).status, 412)
    })
  }

  it("publishes nothing when the whole has another SHA-256", async () => {
    const key = keyOf(someBytes(10))
    const wrong = someBytes(8 * mebibyte)
    const answer = await client.send(`/files/${key}`, { method: "PUT", body: wrong, headers: split })
    assert.equal(answer.status, 400)
    assert.equal(await reasonOf(answer), "DigestMismatch")
    assert.equal((await client.send(`/files/${key}`)).status, 404)
  })
})
