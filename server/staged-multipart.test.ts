import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { allowAll } from "./access.js"
import { createFileSyncHandler } from "./handler.js"
import { StorageFailure } from "./object-storage.js"
import { stagedMultipart } from "./staged-multipart.js"
import { hashOf, keyOf, reasonOf } from "./test/client.js"
import { memoryStorage } from "./test/memory-storage.js"

const key = keyOf("content")
const bodyOf = (text: string) => new Blob([text]).stream()
const facts = (text: string) => ({ sizeBytes: text.length, contentHash: hashOf(text) })

describe("parts that wait in a store", () => {
  it("stay when the store is busy while they are joined, and are joined by the next try", async () => {
    const storage = memoryStorage()
    let isBusy = true
    const multipart = stagedMultipart({
      ...storage,
      write: async (to, body, given) => {
        if (to === key && isBusy) throw new StorageFailure("Unavailable", "busy")
        return storage.write(to, body, given)
      },
    })
    const { uploadId } = await multipart.begin(key, { mimeType: "text/plain" })
    for (const [at, text] of ["con", "tent"].entries())
      await multipart.writePart(key, uploadId, at + 1, bodyOf(text), facts(text))
    const parts = (await multipart.listParts(key, uploadId)) ?? []
    assert.equal(parts.length, 2)
    const complete = () => multipart.complete(key, uploadId, parts, { contentHash: hashOf("content") })
    await assert.rejects(complete(), { reason: "Unavailable" })
    assert.deepEqual(await multipart.listParts(key, uploadId), parts)
    isBusy = false
    assert.equal(await complete(), "created")
    assert.equal(await multipart.listParts(key, uploadId), undefined)
  })

  it("are not taken for joined because other content is at their key", async () => {
    const storage = memoryStorage()
    const handler = createFileSyncHandler({ storage, authorize: allowAll, isKey: () => true })
    await storage.write("photos/cat.png", new TextEncoder().encode("cat"), {
      ...facts("cat"),
      mimeType: "image/png",
      onlyIfAbsent: true,
    })
    const completion = (text: string) =>
      handler(
        new Request("http://files.example/files/photos/cat.png?uploadId=gone", {
          method: "POST",
          body: JSON.stringify({ parts: [], contentHash: hashOf(text) }),
        }),
      )
    assert.equal((await completion("cat")).status, 200)
    const other = await completion("dog")
    assert.equal(other.status, 404)
    assert.equal(await reasonOf(other), "UploadNotFound")
  })
})
