import type {
  RemoteFailure,
  RemoteFailureReason,
  RemoteStorageAdapter,
  UploadedPart,
} from "../../types/index.js"
import { need, SkipCase } from "../adapter-conformance/case.js"
import { type Content, makeContent } from "../adapter-conformance/content.js"
import { check, requireFailure, sameBytes } from "../adapter-conformance/expect.js"
import { makeSubject, readAll, type Subject } from "../adapter-conformance/subject.js"
import type { ForeignFault } from "./faults.js"
import type { SizeClass } from "./foreign-case.js"

/**
 * Something that uploads without an adapter and gives no reason for what waits, such as a service worker in the
 * background.
 */
export interface BackgroundUploader {
  /** Tries to send these contents; resolves with the hashes of those that count as stored. */
  readonly send: (contents: ReadonlyArray<Content>) => Promise<ReadonlySet<string>>
  /** A content of this size goes in parts. */
  readonly partsBytes: number
}

/** An adapter whose requests pass through a server of the test's (the world), whose behaviour the test can change. */
export interface ForeignWorldUnderTest {
  readonly adapter: RemoteStorageAdapter
  /** The same adapter with an idle timeout of about a second. Without it, cases of silence are skipped. */
  readonly impatient?: RemoteStorageAdapter
  /** Uploads in the adapter's place; all cases but those of uploads are then skipped. */
  readonly uploader?: BackgroundUploader
  /** An adapter for the same store that connects to it directly, past that server. */
  readonly direct: RemoteStorageAdapter
  /** `ours` = everything passes. Resolves with `false` when this fault does not exist for the adapter, such as signing. */
  readonly become: (fault: ForeignFault) => Promise<boolean | void>
  /** How often the app's token was refreshed; where it is missing, cases about tokens are skipped. */
  readonly countRefreshes?: () => number
  /** Default `conformance/<hash>`. */
  readonly keyOf?: (contentHash: string) => string
  /** Called after the case, however it ended. */
  readonly cleanup?: () => Promise<void>
}

/** The world under test with the steps that cases take. */
export interface ForeignSubject {
  readonly given: ForeignWorldUnderTest
  readonly through: Subject
  readonly direct: Subject
  readonly become: (fault: ForeignFault) => Promise<void>
  /** Contents of a size class: several for a batch, a megabyte and more together unless they are to be tiny. */
  readonly makeContents: (
    size: SizeClass,
    options?: { readonly tiny?: boolean },
  ) => Promise<ReadonlyArray<Content>>
  /** Sends contents as the engine does; resolves with what was said of each. */
  readonly send: (
    size: SizeClass,
    contents: ReadonlyArray<Content>,
    options?: { readonly impatiently?: boolean },
  ) => Promise<ReadonlyArray<UploadOutcome>>
  /** Skips the case where only uploads are under test. */
  readonly needAdapter: () => void
  /** Puts contents there past the world. */
  readonly prepare: (contents: ReadonlyArray<Content>) => Promise<void>
  /** Ends the case unless the store has the content, seen past the world. */
  readonly requireThere: (content: Content) => Promise<void>
  /** Fetches a content; a body that fails counts as the failure. */
  readonly fetch: (
    content: Content,
    options?: { readonly impatiently?: boolean },
  ) => Promise<RemoteFailure | "right" | "wrong, and said so" | "wrong">
}

/** Few, because each costs requests in every case, and enough to be halved and halved again. */
const filesInBatch = 6

/** `waits`: it will be tried again, and no reason was reported. */
export type UploadOutcome = RemoteFailure | "stored" | "waits"

/** Reasons after which the engine retries without end. */
export const retriedReasons: ReadonlyArray<RemoteFailureReason> = [
  "NotOurServer",
  "ServerError",
  "Offline",
  "Timeout",
  "RateLimited",
]

/** Fills in what was not given. */
export const makeForeignSubject = (given: ForeignWorldUnderTest): ForeignSubject => {
  const options = given.keyOf === undefined ? {} : { keyOf: given.keyOf }
  const through = makeSubject({ adapter: given.adapter, ...options })
  const direct = makeSubject({ adapter: given.direct, ...options })
  const way = (impatiently: boolean | undefined) =>
    impatiently === true
      ? makeSubject({ adapter: need(given.impatient, "adapter that gives up soon"), ...options })
      : through

  const requireThere = async (content: Content) => {
    const { body } = await direct.download(content)
    sameBytes(await readAll(body), content.bytes, "what the store has")
  }
  return {
    given,
    through,
    direct,
    become: async (fault) => {
      if ((await given.become(fault)) === false)
        throw new SkipCase(`${fault} does not exist for this adapter`)
    },
    makeContents: async (size, { tiny = false } = {}) => {
      if (size === "batch")
        return Promise.all(Array.from({ length: filesInBatch }, () => makeContent(tiny ? 1000 : 200_000)))
      if (size === "single") return [await makeContent(tiny ? 1000 : 400_000)]
      const partsBytes =
        given.uploader?.partsBytes ?? need(given.adapter.multipart, "parts").minPartBytes + 100_000
      return [await makeContent(partsBytes)]
    },
    send: async (size, contents, { impatiently } = {}) => {
      if (given.uploader !== undefined) {
        if (impatiently === true) throw new SkipCase("is as patient as it is")
        const stored = await given.uploader.send(contents)
        return contents.map(({ contentHash }) => (stored.has(contentHash) ? "stored" : "waits"))
      }
      const subject = way(impatiently)
      return size === "batch" ? sendBatch(subject, contents) : sendEach(subject, size, contents)
    },
    needAdapter: () => {
      if (given.uploader !== undefined) throw new SkipCase("only uploads")
    },
    prepare: async (contents) => {
      for (const content of contents) await direct.upload(content)
    },
    requireThere,
    fetch: async (content, { impatiently } = {}) => {
      try {
        const answer = await way(impatiently).download(content)
        const bytes = await readPieces(answer.body)
        const isRight =
          bytes.length === content.bytes.length && bytes.every((byte, at) => byte === content.bytes[at])
        if (isRight) return "right"
        return answer.isProven === false ? "wrong, and said so" : "wrong"
      } catch (error) {
        // "Deleted by another client" must be reported, and "not there yet" looks the same: the engine tries that as well.
        return requireFailure(error, ...retriedReasons, "NotFound")
      }
    },
  }
}

/** All bytes of a body; what its stream fails with is passed on as it is, which a `Response` does not do. */
const readPieces = async (body: ReadableStream<Uint8Array>): Promise<Uint8Array> => {
  const reader = body.getReader()
  const pieces: Array<Uint8Array<ArrayBuffer>> = []
  for (let step = await reader.read(); !step.done; step = await reader.read())
    pieces.push(new Uint8Array(step.value))
  return new Uint8Array(await new Blob(pieces).arrayBuffer())
}

const sendBatch = async ({ adapter, requestFor }: Subject, contents: ReadonlyArray<Content>) => {
  const batch = need(adapter.batch, "batches")
  const files = contents.map((content) => ({ ...requestFor(content), body: content.body }))
  try {
    const results = await batch.uploadMany({ files, signal: new AbortController().signal })
    return contents.map((content, at) => {
      const result = results[at]
      if (result !== undefined && "key" in result && result.key === requestFor(content).key)
        return "stored" as const
      return requireFailure(result, ...retriedReasons)
    })
  } catch (error) {
    return contents.map(() => requireFailure(error, ...retriedReasons))
  }
}

const sendEach = async (subject: Subject, size: SizeClass, contents: ReadonlyArray<Content>) => {
  const outcomes: Array<RemoteFailure | "stored"> = []
  for (const content of contents) {
    try {
      await (size === "parts" ? sendParts(subject, content) : subject.upload(content))
      outcomes.push("stored")
    } catch (error) {
      outcomes.push(requireFailure(error, ...retriedReasons))
    }
  }
  return outcomes
}

const sendParts = async ({ adapter, requestFor }: Subject, content: Content): Promise<void> => {
  const multipart = need(adapter.multipart, "parts")
  const begun = await multipart.begin(requestFor(content))
  if (begun === "already-there") return
  const partBytes = begun.minPartBytes ?? multipart.minPartBytes
  const upload = { ...requestFor(content), uploadId: begun.uploadId }
  const parts: Array<UploadedPart> = []
  for (let start = 0; start < content.body.size; start += partBytes) {
    const body = content.body.slice(start, start + partBytes)
    const partNumber = parts.length + 1
    parts.push(await multipart.uploadPart({ ...upload, partNumber, body, onProgress: () => undefined }))
    check(parts.length < 100, "parts of a sensible size")
  }
  await multipart.complete({ ...upload, parts })
}
