import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { hashOf, someBytes } from "./test/client.js"
import { verifiedStream } from "./verified-stream.js"

const streamOf = (
  chunks: ReadonlyArray<Uint8Array>,
  end: "close" | "error" = "close",
): ReadableStream<Uint8Array> => {
  const left = [...chunks]
  return new ReadableStream({
    pull(controller) {
      const next = left.shift()
      if (next !== undefined) controller.enqueue(next)
      else if (end === "close") controller.close()
      else controller.error(new Error("gone"))
    },
  })
}

/** How many bytes a store would have seen, and whether it would have taken them for the whole. */
const receive = async (body: ReadableStream<Uint8Array>) => {
  const reader = body.getReader()
  let receivedBytes = 0
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read())
      receivedBytes += step.value.length
    return { receivedBytes, isWhole: true }
  } catch {
    return { receivedBytes, isWhole: false }
  }
}

describe("verifiedStream", () => {
  const chunks = [someBytes(100), someBytes(50), someBytes(7)]
  const contentHash = hashOf(Buffer.concat(chunks))

  it("passes right bytes on", async () => {
    const verified = verifiedStream(streamOf(chunks), { sizeBytes: 157, contentHash })
    assert.deepEqual(await receive(verified.body), { receivedBytes: 157, isWhole: true })
    assert.equal(verified.failure(), undefined)
  })

  it("passes nothing on of nothing", async () => {
    const verified = verifiedStream(streamOf([]), { sizeBytes: 0, contentHash: hashOf("") })
    assert.deepEqual(await receive(verified.body), { receivedBytes: 0, isWhole: true })
  })

  const failures: ReadonlyArray<
    readonly [
      title: string,
      body: () => ReadableStream<Uint8Array>,
      sizeBytes: number,
      hash: string,
      reason: string,
    ]
  > = [
    ["wrong bytes", () => streamOf(chunks), 157, hashOf("other"), "DigestMismatch"],
    ["one chunk of wrong bytes", () => streamOf([someBytes(157)]), 157, contentHash, "DigestMismatch"],
    ["a short body", () => streamOf(chunks.slice(1)), 157, contentHash, "Truncated"],
    ["a long body", () => streamOf([...chunks, someBytes(1)]), 157, contentHash, "Truncated"],
    ["a body that breaks off", () => streamOf(chunks, "error"), 157, contentHash, "Truncated"],
  ]
  for (const [title, body, sizeBytes, hash, reason] of failures) {
    it(`never lets a store see the end of ${title}`, async () => {
      const verified = verifiedStream(body(), { sizeBytes, contentHash: hash })
      const { receivedBytes, isWhole } = await receive(verified.body)
      assert.equal(isWhole, false)
      assert.ok(receivedBytes < sizeBytes, `${receivedBytes} of ${sizeBytes}`)
      assert.equal(verified.failure()?.reason, reason)
    })
  }
})
