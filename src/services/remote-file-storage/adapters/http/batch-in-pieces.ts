import {
  type BatchMember,
  type BatchSupport,
  type DownloadAnswer,
  RemoteFailure,
  type RemoteRequest,
} from "../../../../types/index.js"
import { isRemoteFailure } from "./failure.js"

type BatchUpload = Parameters<BatchSupport["uploadMany"]>[0]
type BatchDownload = Parameters<BatchSupport["downloadMany"]>[0]
type Result = { readonly key: string } | RemoteFailure

/** Files sent one by one at the same time: as many as a browser opens connections to a host, less two for the app. */
const oneByOneAtOnce = 4

/**
 * Whether a refusal is about batches as such, because the path or the method is unknown, and not about the files of
 * one.
 */
export const isBatchRefused = (error: unknown): boolean =>
  isRemoteFailure(error) && (error.status === 404 || error.status === 405 || error.status === 501)

const isTooMuch = (error: unknown): boolean => isRemoteFailure(error) && error.reason === "TooLarge"

/** What one remote has let through so far, so that nothing is sent twice only to be refused again. */
export interface KnownToPass {
  maxBytes: number
  takesBatches: boolean
  /** Until this time, by `performance.now()`, batches are sent without a check for redirects. */
  directUntil: number
}

/** Sends a batch; when a proxy or the server refuses its size, in halves, and finally file by file. */
export const uploadInPieces = async (
  request: BatchUpload,
  known: KnownToPass,
  sendBatch: (piece: BatchUpload) => Promise<ReadonlyArray<Result>>,
  sendOne: (file: BatchUpload["files"][number] & RemoteRequest) => Promise<Result>,
): Promise<ReadonlyArray<Result>> => {
  const { files, signal } = request
  const totalBytes = files.reduce((sum, { body }) => sum + body.size, 0)
  const sendEach = () => eachInTurn(files, async (file) => sendOne({ ...file, signal }))
  const sendHalves = async () => {
    const half = Math.ceil(files.length / 2)
    const results: Array<Result> = []
    for (const piece of [files.slice(0, half), files.slice(half)])
      results.push(...(await uploadInPieces({ files: piece, signal }, known, sendBatch, sendOne)))
    return results
  }
  if (!known.takesBatches) return sendEach()
  if (totalBytes > known.maxBytes) return files.length > 1 ? sendHalves() : sendEach()
  try {
    return await sendBatch(request)
  } catch (error) {
    if (isTooMuch(error)) {
      known.maxBytes = Math.min(known.maxBytes, totalBytes - 1)
      return files.length > 1 ? sendHalves() : sendEach()
    }
    if (!isBatchRefused(error)) throw error
    const results = await sendEach()
    // The server knows the address, so what it does not know is batches.
    known.takesBatches = false
    return results
  }
}

/** Fetches the members of a batch file by file; each may have `maxFileBytes`. */
export const downloadOneByOne = async (
  { files, signal, onFile }: BatchDownload,
  maxFileBytes: number,
  open: (file: RemoteRequest) => Promise<DownloadAnswer>,
): Promise<void> => {
  const results = await eachInTurn(files, async (file, at) => {
    const { body } = await open({ ...file, signal })
    await onFile(at, await readAtMost(body, maxFileBytes))
    return { key: file.key }
  })
  for (const [at, result] of results.entries()) if (result instanceof Error) await onFile(at, result)
}

const readAtMost = async (
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> => {
  const reader = body.getReader()
  const pieces: Array<Uint8Array<ArrayBuffer>> = []
  let length = 0
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    length += step.value.byteLength
    if (length > maxBytes) {
      await reader.cancel().catch(() => undefined)
      throw new RemoteFailure("ServerError", `The server sent more than ${maxBytes} bytes of a small file`)
    }
    pieces.push(step.value as Uint8Array<ArrayBuffer>)
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer())
}

/** Failures that are about one file; every other would meet all the rest as well. */
const ownFailures: ReadonlySet<string> = new Set([
  "TooLarge",
  "Rejected",
  "NotFound",
  "IntegrityMismatch",
  "Unknown",
])

/** A result for each file, a few at a time. Ends with the first failure that is not about its file alone. */
const eachInTurn = async <File extends BatchMember>(
  files: ReadonlyArray<File>,
  run: (file: File, at: number) => Promise<Result>,
): Promise<ReadonlyArray<Result>> => {
  const results: Array<Result> = []
  const entries = files.entries()
  let isEnded = false
  const takeTurns = async (): Promise<void> => {
    for (const [at, file] of entries) {
      if (isEnded) return
      try {
        results[at] = await run(file, at)
      } catch (error) {
        if (!isRemoteFailure(error) || !ownFailures.has(error.reason)) {
          isEnded = true
          throw error
        }
        results[at] = error
      }
    }
  }
  await Promise.all(Array.from({ length: oneByOneAtOnce }, takeTurns))
  return results
}
