import type {
  RemoteFailure,
  RemoteFailureReason,
  RemoteStorageAdapter,
  UploadedPart,
} from "../../types/index.js"
import { type Content, makeContent } from "../adapter-conformance/content.js"
import { check, requireFailure, sameBytes } from "../adapter-conformance/expect.js"
import { makeSubject, readAll, type Subject } from "../adapter-conformance/subject.js"
import { need, SkipCase } from "../adapter-conformance/case.js"

/**
 * What stands between the adapter and its store. For all requests, whatever their method:
 * - `single-page`: `GET` and `HEAD` give `200` with an index page that has an `ETag` of its own, all else `405` HTML
 * - `captive-portal`: `200` with an HTML page
 * - `redirect-302`, `redirect-303`, `redirect-307`: to `/sign-in`, which gives `200` with an HTML page
 * - `empty-200`: `200` without a body
 * - `error-200`: `200` with an S3 `<Error>` of code `InternalError`
 * - `json-200`: `200` with JSON that is not the protocol's
 * - `not-found-page`: `404` HTML
 * - `not-found-files`: the same, but `/health` is answered by the server: a route that is missing for some seconds
 * - `retry-after`: `503` with `Retry-After: 86400`
 * - `half-closed`: `200` with a `Content-Length`, a part of so many bytes, and the connection is closed
 *
 * And those that let pass what they can:
 * - `batch-limit`: `413` HTML for a batch above 1 MB · `no-batch`: `404` HTML for every batch
 * - `no-head`: `405` for `HEAD` · `forbidden-head`: `403` for `HEAD`
 * - `compressed`: answers in gzip, with the compressed length and a weak `ETag`
 * - `stripped`: no `ETag`, `Content-Length`, `Accept-Ranges` in answers, no `Range` in requests
 * - `clock-skew`: a store refuses the next signed URL as not valid yet
 * - `late-401`: `401` for every request with the first token, for the second of two only after half a second
 */
export type ForeignFault =
  | "ours"
  | "single-page"
  | "captive-portal"
  | "redirect-302"
  | "redirect-303"
  | "redirect-307"
  | "empty-200"
  | "error-200"
  | "json-200"
  | "not-found-page"
  | "not-found-files"
  | "retry-after"
  | "half-closed"
  | "batch-limit"
  | "no-batch"
  | "no-head"
  | "forbidden-head"
  | "compressed"
  | "stripped"
  | "clock-skew"
  | "late-401"

/** An adapter whose requests pass a world that the test can change. */
export interface ForeignWorldUnderTest {
  readonly adapter: RemoteStorageAdapter
  /** The same store, reached past that world. */
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

/** The ways in which a file goes up. */
export type SizeClass = "batch" | "single" | "parts"

/** Every size class. */
export const sizeClasses: ReadonlyArray<SizeClass> = ["batch", "single", "parts"]

/** The world under test with the steps that cases take. */
export interface ForeignSubject {
  readonly given: ForeignWorldUnderTest
  readonly through: Subject
  readonly direct: Subject
  readonly become: (fault: ForeignFault) => Promise<void>
  /** Contents of a size class: several for a batch. */
  readonly makeContents: (size: SizeClass) => Promise<ReadonlyArray<Content>>
  /** Sends contents as the engine does; resolves with what was said of each. */
  readonly send: (
    size: SizeClass,
    contents: ReadonlyArray<Content>,
  ) => Promise<ReadonlyArray<RemoteFailure | "stored">>
  /** Puts contents there past the world. */
  readonly prepare: (contents: ReadonlyArray<Content>) => Promise<void>
  /** Ends the case unless the store has the content, seen past the world. */
  readonly requireThere: (content: Content) => Promise<void>
  /** Fetches a content; a body that fails counts as the failure. */
  readonly fetch: (content: Content) => Promise<RemoteFailure | "right" | "wrong, and said so" | "wrong">
}

/** Reasons after which the engine tries again by itself, for as long as it takes. */
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
    makeContents: async (size) => {
      // A megabyte and more together, each small enough to share a request.
      if (size === "batch") return Promise.all(Array.from({ length: 12 }, () => makeContent(100_000)))
      if (size === "single") return [await makeContent(400_000)]
      const { minPartBytes } = need(given.adapter.multipart, "parts")
      return [await makeContent(minPartBytes + 100_000)]
    },
    send: (size, contents) =>
      size === "batch" ? sendBatch(through, contents) : sendEach(through, size, contents),
    prepare: async (contents) => {
      for (const content of contents) await direct.upload(content)
    },
    requireThere,
    fetch: async (content) => {
      try {
        const answer = await through.download(content)
        const bytes = await readPieces(answer.body)
        const isRight =
          bytes.length === content.bytes.length && bytes.every((byte, at) => byte === content.bytes[at])
        if (isRight) return "right"
        return answer.isProven === false ? "wrong, and said so" : "wrong"
      } catch (error) {
        // Of what somebody else deleted one must be told, and "not there yet" looks the same: the engine tries that as well.
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
