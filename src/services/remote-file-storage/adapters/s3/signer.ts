import { RemoteFailure } from "../../../../types/index.js"
import { countField, fieldOf, listField, textField } from "../http/answer-field.js"
import { readRefusal } from "../http/failure.js"
import { neverAbsent } from "../http/files.js"
import { askJson, type Connection } from "../http/requests.js"
import { untilAborted } from "../http/until-aborted.js"

/** What a URL is wanted for. For a part, `contentHash` and `sizeBytes` are the part's own. */
export type S3SignRequest =
  | { readonly method: "GET"; readonly key: string }
  | {
      readonly method: "PUT"
      readonly key: string
      /** SHA-256 as hex; missing only where a page cannot compute a part's. */
      readonly contentHash?: string
      readonly sizeBytes: number
      readonly mimeType: string
      readonly uploadId?: string
      readonly partNumber?: number
    }

/** A presigned URL: works without further credentials until it expires. */
export interface S3SignedRequest {
  readonly url: string
  /** Belong to the signature and are sent as they are. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * The URL leads to a staging key, because the store does not check hashes: once the bytes are there, the upload of
   * this id is completed, with no parts, and completing it checks and publishes them.
   */
  readonly uploadId?: string
}

/** Signs requests, in order, for the app's current user. Called right before each transfer, never earlier. */
export type S3Signer = (
  requests: ReadonlyArray<S3SignRequest>,
  options: { readonly signal: AbortSignal },
) => Promise<ReadonlyArray<S3SignedRequest>>

/** Lets our server sign, by `POST <baseUrl>/sign`. */
export const serverSigner =
  (connection: Connection): S3Signer =>
  async (requests, { signal }) => {
    const answer = await askJson(connection, "/sign", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ requests }),
      signal,
    }).catch(neverAbsent)
    return listField(answer, "results").map((result) => {
      const status = countField(result, "status")
      if (status === 200) {
        const uploadId = fieldOf(result, "uploadId")
        return {
          url: textField(result, "url"),
          headers: headersOf(result),
          ...(typeof uploadId === "string" ? { uploadId } : {}),
        }
      }
      const { reason } = readRefusal(status, JSON.stringify(result))
      throw new RemoteFailure(reason, `The server did not sign: ${status}`, { status })
    })
  }

/** Signs one request. */
export const signOne = async (
  sign: S3Signer,
  request: S3SignRequest,
  signal: AbortSignal,
): Promise<S3SignedRequest> => {
  const [signed] = await untilAborted(signal, sign([request], { signal }))
  if (signed === undefined) throw new RemoteFailure("ServerError", "The signer returned nothing")
  return { ...signed, headers: settableHeaders(signed.headers ?? {}) }
}

const headersOf = (result: unknown): Record<string, string> => {
  const headers = fieldOf(result, "headers")
  return typeof headers === "object" && headers !== null ? (headers as Record<string, string>) : {}
}

/** A browser sets these itself, from the URL and the body, and logs an error when a script sets them. */
const settableHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:host|content-length)$/i.test(name)))
