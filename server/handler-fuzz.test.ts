import assert from "node:assert/strict"
import { describe, it } from "node:test"
import * as fc from "fast-check"
import { createFileSyncHandler } from "./handler.js"
import type { RequestLogEntry } from "./handler-options.js"
import { isContentKey, reservedPrefix } from "./object-key.js"
import { hashOf } from "./test/client.js"
import { checkAnswer, step, toRequest } from "./test/fuzz-requests.js"
import { memoryStorage } from "./test/memory-storage.js"
import { testOptions } from "./test/test-options.js"

describe("createFileSyncHandler", () => {
  it("gives a well-formed answer to anything, shows only verified bytes and leaks no foreign key", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const storage = memoryStorage()
        const log: Array<RequestLogEntry> = []
        const handler = createFileSyncHandler({ ...testOptions, storage, log: (entry) => log.push(entry) })
        await handler(put("secret-tenant", "hello"))
        let lastUpload: { readonly key: string; readonly uploadId: string } | undefined
        for (const one of steps) {
          const request = toRequest(one, lastUpload)
          if (request === undefined) continue
          const before = log.length
          const response = await handler(request)
          const text = await response.text()
          checkAnswer(request, response, text)
          assert.equal(log.length, before + 1, "one line for each request")
          assert.equal(log.at(-1)?.error, undefined)
          assert.doesNotMatch(JSON.stringify(log.at(-1)), /everything|Bearer/, "no token in the log")
          if (
            one.token !== "everything" &&
            !request.url.includes("secret-tenant") &&
            !one.body.includes("secret-tenant")
          ) {
            assert.doesNotMatch(text, /secret-tenant/, "no foreign key in an answer")
          }
          if (response.status === 201 && text.includes("uploadId")) {
            lastUpload = JSON.parse(text) as { readonly key: string; readonly uploadId: string }
          }
          for (const [name, { bytes }] of storage.objects) {
            if (name.startsWith(reservedPrefix)) continue
            assert.ok(isContentKey(name), name)
            assert.ok(name.endsWith(hashOf(bytes)), "what is visible is what its key says")
          }
        }
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 400) },
    )
  })
})

const put = (tenant: string, content: string): Request =>
  new Request(`http://files.example/api/files/${tenant}/${hashOf(content)}`, {
    method: "PUT",
    body: content,
    headers: { Authorization: "Bearer everything", "Content-Length": String(content.length) },
  })
