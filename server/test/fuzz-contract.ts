import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import * as fc from "fast-check"
import type { BackendUnderTest } from "./backend-under-test.js"
import { bytesOf, clientFor, hashOf } from "./client.js"
import { checkAnswer, contents, step, tenants, toRequest } from "./fuzz-requests.js"

/** Any requests in any order, over a real server and a real store. `handler-fuzz.test.ts` is the long run, in memory. */
export const fuzzContract = (name: string, start: () => Promise<BackendUnderTest>): void => {
  describe(`any requests (${name})`, () => {
    let backend: BackendUnderTest
    before(async () => {
      backend = await start()
    })
    after(() => backend.stop())

    it("get well-formed answers, and nothing becomes visible that is not what its key says", async () => {
      const client = clientFor(backend.url)
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          let lastUpload: { readonly key: string; readonly uploadId: string } | undefined
          for (const one of steps) {
            const request = toRequest(one, lastUpload, backend.url)
            if (request === undefined || !request.url.startsWith(backend.url)) continue
            const answer = await sendOrNot(request)
            if (answer === undefined) continue
            const text = await answer.text()
            checkAnswer(request, answer, text)
            if (answer.status === 201 && text.includes("uploadId")) {
              lastUpload = JSON.parse(text) as { readonly key: string; readonly uploadId: string }
            }
          }
          for (const tenant of tenants) {
            for (const hash of contents.map(hashOf)) {
              const stored = await client.send(`/files/${tenant}/${hash}`)
              const bytes = await bytesOf(stored)
              if (stored.status === 200) assert.equal(hashOf(bytes), hash)
              else assert.equal(stored.status, 404)
            }
          }
        }),
        { numRuns: Number(process.env.FUZZ_RUNS_REAL ?? 8) },
      )
    })
  })
}

/** `undefined` = the client itself would not send it. What it sent must be answered. */
const sendOrNot = async (request: Request): Promise<Response | undefined> => {
  try {
    return await fetch(request, { redirect: "manual" })
  } catch (error) {
    const code = (error as { readonly cause?: { readonly code?: unknown } }).cause?.code
    if (
      code === "UND_ERR_INVALID_ARG" ||
      code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH" ||
      code === undefined
    ) {
      return undefined
    }
    throw new Error(`${request.method} ${request.url} was not answered: ${String(code)}`, { cause: error })
  }
}
