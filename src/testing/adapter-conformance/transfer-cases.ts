import { type Case, need, SkipCase } from "./case.js"
import { makeContent } from "./content.js"
import { check, failsWith, same, sameBytes } from "./expect.js"
import { readAll, type Subject } from "./subject.js"

const megabyte = 1024 ** 2

const roundTrip = (what: string, sizeBytes: number): Case => ({
  name: `gives back ${what} as it was`,
  run: async (subject) => {
    const content = await makeContent(sizeBytes)
    const { key } = await subject.upload(content)
    same(key, subject.requestFor(content).key, "the key")
    const answer = await subject.download(content)
    same(answer.offset, 0, "the offset")
    check(
      answer.totalBytes === undefined || answer.totalBytes === sizeBytes,
      `the total is ${answer.totalBytes}`,
    )
    sameBytes(await readAll(answer.body), content.bytes, "the bytes")
  },
})

const expectAbsent = async (subject: Subject, content: Awaited<ReturnType<typeof makeContent>>) => {
  await failsWith(
    subject.download(content).then(({ body }) => body.cancel()),
    "NotFound",
  )
  same(await subject.adapter.head?.(subject.requestFor(content)), undefined, "head")
}

/** Names that have broken something somewhere: in headers, URLs, paths, logs. */
const oddNames = [
  "🏝️ ünïcode – „quotes“.png",
  'line\r\nX-Injected: yes"; filename="evil.html',
  "../../../etc/passwd",
  "a%2Fb?c=d#e&f",
  "\u202Egnp.exe",
  "",
  "n".repeat(5000),
]
const oddTypes = ["", "image/png; charset=utf-8", "no type", "text/plain\r\nX-Injected: yes", "ünïcode/☃"]

/** Files up, down, away, and what is reported about them. */
export const transferCases: ReadonlyArray<Case> = [
  roundTrip("an empty file", 0),
  roundTrip("one byte", 1),
  roundTrip("5 MB", 5 * megabyte + 3),
  {
    name: "resolves when the content is already there",
    run: async (subject) => {
      const content = await makeContent(1000)
      const first = await subject.upload(content)
      const second = await subject.upload(content)
      same(second.key, first.key, "the key of the second upload")
      sameBytes(await readAll((await subject.download(content)).body), content.bytes, "the bytes")
    },
  },
  {
    name: "sends no large file that is already there",
    run: async (subject) => {
      const count = need(subject.faults.countReceivedBytes, "count of received bytes")
      const content = await makeContent(2 * megabyte)
      await subject.upload(content)
      const before = await count()
      await subject.upload(content)
      const sentBytes = (await count()) - before
      check(sentBytes < 100_000, `the second upload sent ${sentBytes} bytes`)
    },
  },
  {
    name: "stores a content once when it is uploaded several times at once",
    run: async (subject) => {
      const content = await makeContent(300_000)
      const uploads = await Promise.all([1, 2, 3, 4].map(() => subject.upload(content)))
      same(new Set(uploads.map(({ key }) => key)).size, 1, "the number of keys")
      sameBytes(await readAll((await subject.download(content)).body), content.bytes, "the bytes")
    },
  },
  {
    name: "refuses bytes that are not the announced ones, and stores nothing",
    run: async (subject) => {
      if (!subject.checksDigest) throw new SkipCase("cannot check digests")
      const [content, other] = await Promise.all([makeContent(5000), makeContent(5000)])
      await failsWith(subject.upload(content, { body: other.body }), "IntegrityMismatch")
      await expectAbsent(subject, content)
    },
  },
  {
    name: "reports progress that only grows and ends at the whole",
    run: async (subject) => {
      const content = await makeContent(3 * megabyte)
      for (const attempt of ["the first upload", "an upload of what is there"]) {
        const reported: Array<readonly [number, number]> = []
        await subject.upload(content, { onProgress: (...step) => reported.push(step) })
        check(reported.length > 0, `${attempt} reported no progress`)
        check(
          reported.every(([, total]) => total === content.bytes.length),
          `${attempt} reported another total`,
        )
        check(
          reported.every(([loaded], at) => loaded >= (reported[at - 1]?.[0] ?? 0)),
          `${attempt} went back`,
        )
        same(reported.at(-1)?.[0], content.bytes.length, `the end of ${attempt}`)
      }
    },
  },
  {
    name: "fails with NotFound for what is not there",
    run: async (subject) => expectAbsent(subject, await makeContent(10)),
  },
  {
    name: "deletes, and deletes again without complaint",
    run: async (subject) => {
      const content = await makeContent(10)
      const request = subject.requestFor(content)
      await subject.adapter.delete(request)
      await subject.upload(content)
      await subject.adapter.delete(request)
      await expectAbsent(subject, content)
      await subject.adapter.delete(request)
    },
  },
  {
    name: "reports the size of what is there",
    run: async (subject) => {
      const head = need(subject.adapter.head, "head")
      const [content, empty] = await Promise.all([makeContent(12_345), makeContent(0)])
      await subject.upload(content)
      await subject.upload(empty)
      same((await head(subject.requestFor(content)))?.sizeBytes, 12_345, "the size")
      same((await head(subject.requestFor(empty)))?.sizeBytes, 0, "the size of an empty file")
    },
  },
  {
    name: "takes files of any name and type",
    run: async (subject) => {
      for (const name of oddNames) await roundTripAs(subject, { name })
      for (const mimeType of oddTypes) await roundTripAs(subject, { mimeType })
    },
  },
  { name: "is healthy", run: ({ adapter }) => adapter.checkHealth({ signal: new AbortController().signal }) },
]

const roundTripAs = async (
  subject: Subject,
  as: { readonly name?: string; readonly mimeType?: string },
): Promise<void> => {
  const content = await makeContent(100, as)
  await subject.upload(content)
  sameBytes(
    await readAll((await subject.download(content)).body),
    content.bytes,
    `the bytes of ${JSON.stringify(as)}`,
  )
}
