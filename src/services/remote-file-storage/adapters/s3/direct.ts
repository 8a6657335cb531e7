import { type DownloadAnswer, type DownloadRequest, RemoteFailure } from "../../../../types/index.js"
import { openFrom } from "../http/download.js"
import { isRemoteFailure, type Refusal, toRemoteFailure } from "../http/failure.js"
import { alreadyThereStatus, type Probe } from "../http/files.js"
import { isSuccess, sentences, unproven } from "../http/proof.js"
import { type Connection, open } from "../http/requests.js"
import { send } from "../http/send.js"
import { type S3SignedRequest, type S3Signer, type S3SignRequest, signOne } from "./signer.js"

/** The connection over which bytes go straight to and from the store. */
export interface DirectLine {
  readonly connection: Connection
  readonly sign: S3Signer
}

/** Sends bytes to the store. Gives the answer of a success, or a 412: the object is there. `uploadId` says it has yet to be completed. */
export const putDirect = (
  { connection, sign }: DirectLine,
  request: Extract<S3SignRequest, { readonly method: "PUT" }>,
  bytes: {
    readonly body: Blob
    readonly signal: AbortSignal
    readonly onProgress: (loadedBytes: number) => void
  },
): Promise<{ readonly answer: Refusal; readonly uploadId: string | undefined }> =>
  withSignature(sign, request, bytes.signal, async ({ url, headers = {}, uploadId }) => {
    const answer = await send(connection, {
      method: "PUT",
      url,
      headers,
      ...bytes,
      // The signature authenticates the request; a cookie of the store's domain must not.
      credentials: "omit",
      stallTimeoutMs: connection.stallTimeoutMs,
    })
    if (answer.isRedirected === true) throw unproven(answer)
    if (!isSuccess(answer) && answer.status !== alreadyThereStatus) throw toRemoteFailure(answer)
    // A store's success has no body; a page or an `<Error>` under a 200 has.
    if (isSuccess(answer) && answer.body.trim() !== "") throw unproven(answer)
    return { answer, uploadId }
  })

/**
 * Takes a store's success only where our server sees the object: the store's success is an empty answer, which anything
 * on the way could give. Where our server may not be asked, the store's `ETag` has to do. Fails with `NotOurServer`.
 */
export const requireInStore = async (answer: Refusal, look: () => Promise<Probe>): Promise<void> => {
  const seen = await look()
  const hasTag = /^"[0-9a-f]{32}/.test(answer.header("ETag") ?? "")
  if (seen === "stored" || (seen === "refused" && hasTag)) return
  throw new RemoteFailure(
    "NotOurServer",
    "The bytes were accepted at the store's address, but the file server does not see them there",
    { status: answer.status, foreign: "empty" },
  )
}

/**
 * Fetches bytes from the store. A resume asks for a range without `If-Range`: a key that names its content cannot
 * change it, and a header that every bucket's CORS rules would have to allow is one more thing to get wrong.
 */
export const getDirect = (
  { connection, sign }: DirectLine,
  request: DownloadRequest,
): Promise<DownloadAnswer> => {
  const { key, signal } = request
  return openFrom(request, (range) =>
    withSignature(sign, { method: "GET", key }, signal, ({ url, headers = {} }) =>
      open({ ...connection, credentials: "omit" }, url, {
        headers: range === undefined ? headers : { ...headers, Range: range },
        signal,
      }),
    ),
  )
}

/** Signs right before the request; a 403 may be a URL that expired on the way, so it is signed once more, then surfaces. */
const withSignature = async <A>(
  sign: S3Signer,
  request: S3SignRequest,
  signal: AbortSignal,
  run: (signed: S3SignedRequest) => Promise<A>,
): Promise<A> => {
  const signed = await signOne(sign, request, signal)
  try {
    return await run(signed)
  } catch (error) {
    if (!isRemoteFailure(error) || !isStaleSignature(error)) throw atStore(error)
    return run(await signOne(sign, request, signal)).catch((again: unknown) => {
      throw atStore(again)
    })
  }
}

/** Says that the signed address is meant, not the app's base URL. */
const atStore = (error: unknown): unknown => {
  if (!isRemoteFailure(error) || error.reason !== "NotOurServer") return error
  const { status, foreign } = error
  return new RemoteFailure(
    "NotOurServer",
    `The store's address does not answer as an S3 store: ${foreign === undefined ? `it answered ${status}` : sentences[foreign]}`,
    {
      cause: error,
      ...(status === undefined ? {} : { status }),
      ...(foreign === undefined ? {} : { foreign }),
    },
  )
}

/** S3 says 403 for an expired URL and 400 for expired temporary credentials. */
const isStaleSignature = ({
  status,
  message,
}: {
  readonly status: number | undefined
  readonly message: string
}) => status === 403 || (status === 400 && message.includes("ExpiredToken"))
