import type { MultipartSupport, RemoteStorageAdapter, UploadedPart } from "../../types/index.js"
import { type Case, need } from "./case.js"
import { type Content, makeContent } from "./content.js"
import { check, failsWith, same, sameBytes } from "./expect.js"
import { readAll, type Subject } from "./subject.js"

interface Begun {
  readonly multipart: MultipartSupport
  readonly content: Content
  readonly uploadId: string
  readonly partBytes: number
  readonly parts: number
  /** Sends one part; `body` in place of the right bytes. */
  readonly send: (partNumber: number, from?: RemoteStorageAdapter, body?: Blob) => Promise<UploadedPart>
}

/** Begins an upload of two whole parts and a short one. */
const begin = async (subject: Subject): Promise<Begun> => {
  const multipart = need(subject.adapter.multipart, "parts")
  const partBytes = Math.max(multipart.minPartBytes, 10_000)
  const content = await makeContent(partBytes * 2 + 1000)
  const begun = await multipart.begin(subject.requestFor(content))
  check(begun !== "already-there", "a new content is said to be there")
  const { uploadId } = begun
  return {
    multipart,
    content,
    uploadId,
    partBytes,
    parts: 3,
    send: async (partNumber, from = subject.adapter, body) => {
      const start = (partNumber - 1) * partBytes
      return need(from.multipart, "parts").uploadPart({
        ...subject.requestFor(content),
        uploadId,
        partNumber,
        body: body ?? content.body.slice(start, start + partBytes),
        onProgress: () => undefined,
      })
    },
  }
}

const complete = (
  subject: Subject,
  { multipart, content, uploadId }: Begun,
  parts: ReadonlyArray<UploadedPart>,
) => multipart.complete({ ...subject.requestFor(content), uploadId, parts })

const byNumber = (parts: ReadonlyArray<UploadedPart>) => parts.toSorted((a, b) => a.partNumber - b.partNumber)

const expectStored = async (subject: Subject, content: Content) =>
  sameBytes(await readAll((await subject.download(content)).body), content.bytes, "the bytes")

const expectAbsent = async (subject: Subject, content: Content) => {
  await failsWith(
    subject.download(content).then(({ body }) => body.cancel()),
    "NotFound",
  )
}

/** Large files as parts. */
export const multipartCases: ReadonlyArray<Case> = [
  {
    name: "joins parts that came in any order, and shows nothing before",
    run: async (subject) => {
      const begun = await begin(subject)
      const parts = await Promise.all([begun.send(3), begun.send(1), begun.send(2)])
      await expectAbsent(subject, begun.content)
      await complete(subject, begun, byNumber(parts))
      await expectStored(subject, begun.content)
    },
  },
  {
    name: "goes on with an upload after a restart",
    run: async (subject) => {
      const begun = await begin(subject)
      await begun.send(2)
      const { multipart } = subject.afterRestart
      const request = { ...subject.requestFor(begun.content), uploadId: begun.uploadId }
      const stored = await need(multipart, "parts").listParts(request)
      same(stored.map(({ partNumber }) => partNumber).join(), "2", "the parts that are there")
      same(stored[0]?.sizeBytes, begun.partBytes, "the size of the part")
      const rest = [await begun.send(1, subject.afterRestart), await begun.send(3, subject.afterRestart)]
      await complete(subject, begun, byNumber([...stored, ...rest]))
      await expectStored(subject, begun.content)
    },
  },
  {
    name: "takes a part again, and the upload's end again",
    run: async (subject) => {
      const begun = await begin(subject)
      const early = await begun.send(1)
      const parts = [await begun.send(1), await begun.send(2), await begun.send(3)]
      same(early.partNumber, 1, "the part's number")
      await complete(subject, begun, parts)
      // The first answer may have been lost.
      await complete(subject, begun, parts)
      await expectStored(subject, begun.content)
    },
  },
  {
    name: "refuses parts that are not the announced content, and shows nothing",
    run: async (subject) => {
      const begun = await begin(subject)
      const wrong = await makeContent(begun.partBytes)
      const parts = [
        await begun.send(1),
        await begun.send(2, subject.adapter, wrong.body),
        await begun.send(3),
      ]
      await failsWith(complete(subject, begun, parts), "IntegrityMismatch")
      await expectAbsent(subject, begun.content)
    },
  },
  {
    name: "needs no upload for a content that is there",
    run: async (subject) => {
      const multipart = need(subject.adapter.multipart, "parts")
      const content = await makeContent(1000)
      await subject.upload(content)
      same(await multipart.begin(subject.requestFor(content)), "already-there", "the answer")
    },
  },
  {
    name: "forgets an aborted upload",
    run: async (subject) => {
      const begun = await begin(subject)
      const request = { ...subject.requestFor(begun.content), uploadId: begun.uploadId }
      const part = await begun.send(1)
      await begun.multipart.abort(request)
      await begun.multipart.abort(request)
      await failsWith(begun.send(2), "NotFound")
      await failsWith(begun.multipart.listParts(request), "NotFound")
      await failsWith(complete(subject, begun, [part]), "NotFound")
      await expectAbsent(subject, begun.content)
    },
  },
  {
    name: "reports the progress of each part, and stops a part that is aborted",
    run: async (subject) => {
      const begun = await begin(subject)
      const upload = { ...subject.requestFor(begun.content), uploadId: begun.uploadId, partNumber: 1 }
      const body = begun.content.body.slice(0, begun.partBytes)
      const reported: Array<number> = []
      await begun.multipart.uploadPart({ ...upload, body, onProgress: (loaded) => reported.push(loaded) })
      check(
        reported.every((loaded, at) => loaded >= (reported[at - 1] ?? 0)),
        "the progress went back",
      )
      same(reported.at(-1), begun.partBytes, "the end of the progress")
      const signal = AbortSignal.abort()
      const again = begun.multipart.uploadPart({ ...upload, body, signal, onProgress: () => undefined })
      await failsWith(again, "Aborted")
    },
  },
]
