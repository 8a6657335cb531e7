import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { allowAll } from "./access.js"
import { createFileSyncHandler } from "./handler.js"
import { readShareLink, shareLinkPath } from "./share-links.js"
import { keyOf, reasonOf } from "./test/client.js"
import { memoryStorage } from "./test/memory-storage.js"

const secret = "sixteen letters."
const link = {
  key: keyOf("x"),
  mimeType: "image/png",
  disposition: "inline",
  name: "",
  expiresAtMs: 2_000_000,
} as const

describe("links", () => {
  it("are read back until their time is over, and by their own secret alone", async () => {
    const query = new URL((await shareLinkPath(secret, link)).slice(1), "http://x/").searchParams
    assert.deepEqual(await readShareLink(secret, link.key, query, 1_999_999), link)
    assert.equal(await readShareLink(secret, link.key, query, 2_000_000), undefined)
    assert.equal(await readShareLink("another secret...", link.key, query, 0), undefined)
    assert.equal(await readShareLink(secret, keyOf("y"), query, 0), undefined)
  })

  it("need a secret that cannot be guessed", () => {
    const options = { storage: memoryStorage(), authorize: allowAll }
    assert.throws(() => createFileSyncHandler({ ...options, shareSecret: "short" }), RangeError)
  })

  it("are not made without a secret by a store that has no URLs", async () => {
    const handler = createFileSyncHandler({ storage: memoryStorage(), authorize: allowAll })
    const body = JSON.stringify({ key: link.key })
    const answer = await handler(new Request("http://x/share", { method: "POST", body }))
    assert.equal(await reasonOf(answer), "NotSupported")
    assert.equal((await handler(new Request(`http://x/shared/${link.key}?signature=x`))).status, 404)
  })
})
