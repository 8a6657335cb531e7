import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { BackendUnderTest } from "./backend-under-test.js"
import { bytesOf, clientFor, hashOf, keyOf, reasonOf, sendRaw, someBytes } from "./client.js"
import { testLimits } from "./test-options.js"

interface MemberLine {
  readonly key?: string
  readonly status?: number
  readonly sizeBytes?: number
  readonly reason?: string
  readonly end?: boolean
  readonly count?: number
}

/** What the protocol promises for many small files in one request. */
export const batchContract = (name: string, start: () => Promise<BackendUnderTest>): void => {
  describe(`batches (${name})`, () => {
    let backend: BackendUnderTest
    let client: ReturnType<typeof clientFor>
    before(async () => {
      backend = await start()
      client = clientFor(backend.url)
    })
    after(() => backend.stop())

    const memberOf = (bytes: Uint8Array<ArrayBuffer>, more: object = {}) => ({
      key: keyOf(bytes),
      sizeBytes: bytes.length,
      contentHash: hashOf(bytes),
      mimeType: "image/png",
      ...more,
    })
    const send = (
      files: ReadonlyArray<unknown>,
      bodies: ReadonlyArray<Uint8Array<ArrayBuffer>>,
      token = "everything",
    ) =>
      client.send("/batch", {
        method: "POST",
        token,
        body: new Blob([`${JSON.stringify({ files })}\n`, ...bodies]),
      })
    const resultsOf = async (answer: Response): Promise<ReadonlyArray<MemberLine>> => {
      assert.equal(answer.status, 200)
      return ((await answer.json()) as { readonly results: ReadonlyArray<MemberLine> }).results
    }
    const fetchBatch = async (keys: ReadonlyArray<string>, token = "everything") => {
      const answer = await client.send("/batch/get", {
        method: "POST",
        token,
        body: JSON.stringify({ keys }),
      })
      assert.equal(answer.status, 200)
      return parseBatch(await bytesOf(answer))
    }

    it("stores every member and gives them back in order", async () => {
      const files = [0, 1, 10, 1000, 65_537, 12].map(someBytes)
      const results = await resultsOf(
        await send(
          files.map((bytes) => memberOf(bytes)),
          files,
        ),
      )
      assert.deepEqual(
        results,
        files.map((bytes) => ({ key: keyOf(bytes), status: 201 })),
      )
      const back = await fetchBatch(files.map((bytes) => keyOf(bytes)))
      assert.deepEqual(
        back.members.map(({ bytes }) => bytes),
        files,
      )
      assert.deepEqual(back.end, { end: true, count: 6 })
      const single = await client.send(`/files/${keyOf(files[3] ?? new Uint8Array())}`)
      assert.equal(single.headers.get("Content-Type"), "image/png")
    })

    it("answers a batch of no files, which clients send to see that nothing leads them elsewhere", async () => {
      assert.deepEqual(await resultsOf(await send([], [])), [])
    })

    it("gives each member its own result, and lets no bad one harm another", async () => {
      const files = [30, 40, 50, 60, 70, 80].map(someBytes)
      const [good, there, wrong, liar, foreign, last] = files as [
        Uint8Array<ArrayBuffer>,
        Uint8Array<ArrayBuffer>,
        Uint8Array<ArrayBuffer>,
        Uint8Array<ArrayBuffer>,
        Uint8Array<ArrayBuffer>,
        Uint8Array<ArrayBuffer>,
      ]
      await client.put(there)
      const big = someBytes(testLimits.maxBatchMemberBytes + 1)
      const answer = await send(
        [
          memberOf(good),
          memberOf(there),
          memberOf(someBytes(50), { sizeBytes: 50 }),
          memberOf(liar, { contentHash: hashOf("other") }),
          memberOf(foreign, { key: keyOf(foreign, "other") }),
          memberOf(big),
          memberOf(good, { key: "no key" }),
          memberOf(last),
        ],
        [good, there, wrong, liar, foreign, big, good, last],
        "acme",
      )
      assert.deepEqual(
        (await resultsOf(answer)).map(({ status, reason }) => [status, reason]),
        [
          [201, undefined],
          [412, "AlreadyThere"],
          [400, "DigestMismatch"],
          [400, "DigestMismatch"],
          [403, "Forbidden"],
          [413, "TooLarge"],
          [400, "BadKey"],
          [201, undefined],
        ],
      )
      assert.equal((await client.send(`/files/${keyOf(foreign, "other")}`)).status, 404)
      assert.equal((await client.send(`/files/${keyOf(liar)}`)).status, 404)
      assert.deepEqual(await bytesOf(await client.send(`/files/${keyOf(last)}`)), last)
    })

    it("refuses broken and oversized batches as a whole", async () => {
      const bytes = someBytes(10)
      const raw = (body: BodyInit) => client.send("/batch", { method: "POST", body })
      for (const body of ["", "\n", "x\n", "[]\n", '{"files":1}\n', '{"files":[1]}\n', "no newline"]) {
        assert.equal((await raw(body)).status, 400, JSON.stringify(body))
      }
      for (const bad of [
        { sizeBytes: -1 },
        { sizeBytes: 1.5 },
        { sizeBytes: "10" },
        { contentHash: "x" },
        { key: 1 },
      ]) {
        assert.equal((await send([memberOf(bytes, bad)], [bytes])).status, 400, JSON.stringify(bad))
      }
      assert.equal(await reasonOf(await send([memberOf(bytes), memberOf(bytes)], [bytes])), "Truncated")
      assert.equal(await reasonOf(await send([memberOf(bytes)], [bytes, bytes])), "BadRequest")
      const many = Array.from({ length: testLimits.maxBatchFiles + 1 }, () => memberOf(new Uint8Array(0)))
      assert.equal((await send(many, [])).status, 413)
      assert.equal((await raw(`{"files":[${" ".repeat(100_000)}]}\n`)).status, 413)
      assert.equal(
        (await send([memberOf(bytes, { sizeBytes: testLimits.maxBatchBytes + 1 })], [])).status,
        413,
      )
    })

    it("stores whole members and no broken one when the connection breaks", async () => {
      const [whole, broken] = [someBytes(1000), someBytes(1000)]
      const index = `${JSON.stringify({ files: [memberOf(whole), memberOf(broken)] })}\n`
      const head = `POST /api/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer everything\r\nContent-Length: ${index.length + 2000}\r\n\r\n`
      await sendRaw(backend.url, [head, index, whole, broken.subarray(0, 500)], { destroy: true })
      assert.equal((await client.send(`/files/${keyOf(broken)}`)).status, 404)
    })

    it("says why a member cannot be given", async () => {
      const bytes = someBytes(10)
      await client.put(bytes)
      const absent = keyOf(someBytes(32))
      const back = await fetchBatch([absent, keyOf(bytes), keyOf(bytes, "other"), "../x"], "reader")
      assert.deepEqual(
        back.members.map(({ line }) => [line.status, line.reason]),
        [
          [404, "NotFound"],
          [200, undefined],
          [403, "Forbidden"],
          [400, "BadKey"],
        ],
      )
      assert.deepEqual(back.members[1]?.bytes, bytes)
    })

    it("leaves out members that do not fit any more", async () => {
      const files = Array.from({ length: 5 }, () => someBytes(90_000))
      for (const bytes of files) await client.put(bytes)
      const back = await fetchBatch(files.map((bytes) => keyOf(bytes)))
      assert.deepEqual(
        back.members.map(({ line }) => line.status),
        [200, 200, 200, 200, 413],
      )
      assert.deepEqual(back.end, { end: true, count: 5 })
    })

    it("refuses to give too many or nameless members", async () => {
      const get = (body: string) => client.send("/batch/get", { method: "POST", body })
      assert.equal((await get(JSON.stringify({ keys: Array.from({ length: 21 }, () => "x") }))).status, 413)
      for (const body of ["", "1", '{"keys":[1]}', '{"keys":"x"}', "\u0000"]) {
        assert.equal((await get(body)).status, 400, JSON.stringify(body))
      }
    })
  })
}

const parseBatch = (all: Uint8Array) => {
  const members: Array<{ readonly line: MemberLine; readonly bytes: Uint8Array }> = []
  for (let offset = 0; offset < all.length; ) {
    const newline = all.indexOf(10, offset)
    const line = JSON.parse(new TextDecoder().decode(all.subarray(offset, newline))) as MemberLine
    if (line.end === true) {
      assert.equal(newline + 1, all.length, "nothing follows the end")
      return { members, end: line }
    }
    const from = newline + 1
    offset = from + (line.sizeBytes ?? 0)
    members.push({ line, bytes: all.slice(from, offset) })
  }
  return { members, end: undefined }
}
