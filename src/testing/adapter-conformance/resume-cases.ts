import { type Case, need } from "./case.js"
import { makeContent } from "./content.js"
import { check, failsWith, sameBytes } from "./expect.js"
import { readAll, type Subject } from "./subject.js"

/** The reported start of the bytes must be true: the requested offset or 0. */
const expectRest = async (
  subject: Subject,
  content: Awaited<ReturnType<typeof makeContent>>,
  asked: { readonly offset: number; readonly etag?: string },
): Promise<number> => {
  const answer = await subject.download(content, asked)
  check(answer.offset === asked.offset || answer.offset === 0, `the answer begins at ${answer.offset}`)
  const total = answer.totalBytes
  check(total === undefined || total === content.bytes.length, `the total is ${total}`)
  sameBytes(await readAll(answer.body), content.bytes.subarray(answer.offset), "the rest")
  return answer.offset
}

/** Downloads that go on where another one stopped. */
export const resumeCases: ReadonlyArray<Case> = [
  {
    name: "goes on from an offset",
    run: async (subject) => {
      const content = await makeContent(100_000)
      await subject.upload(content)
      const first = await subject.download(content)
      await first.body.cancel()
      const etag = first.etag === undefined ? {} : { etag: first.etag }
      for (const offset of [1, 50_000, 99_999]) {
        const start = await expectRest(subject, content, { offset, ...etag })
        check(start === offset, `asked for byte ${offset} and got the whole`)
      }
    },
  },
  {
    name: "never joins the rest of one content to the start of another",
    run: async (subject) => {
      const content = await makeContent(10_000)
      await subject.upload(content)
      await expectRest(subject, content, { offset: 5000, etag: `"${"0".repeat(64)}"` })
    },
  },
  {
    name: "starts from 0 when no bytes lie behind the offset",
    run: async (subject) => {
      const content = await makeContent(1000)
      await subject.upload(content)
      for (const offset of [1000, 5000]) {
        const answer = await subject.download(content, { offset })
        const rest = await readAll(answer.body)
        if (answer.offset === 0) sameBytes(rest, content.bytes, "the whole")
        else check(answer.offset === offset && rest.length === 0, "bytes came from behind the end")
      }
    },
  },
  {
    name: "fails when a download breaks off, and can go on from there",
    run: async (subject) => {
      const cut = need(subject.faults.cutNextDownload, "way to cut a download")
      const content = await makeContent(1_000_000)
      await subject.upload(content)
      await cut(400_000)
      const { body } = await subject.download(content)
      const received: Array<Uint8Array<ArrayBuffer>> = []
      await failsWith(
        body.pipeTo(
          new WritableStream({
            write: (chunk) => {
              received.push(chunk as Uint8Array<ArrayBuffer>)
            },
          }),
        ),
        "Offline",
      )
      const start = new Uint8Array(await new Blob(received).arrayBuffer())
      sameBytes(start, content.bytes.subarray(0, start.length), "what came before the cut")
      await expectRest(subject, content, { offset: start.length })
    },
  },
]
