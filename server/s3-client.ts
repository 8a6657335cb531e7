import { AwsClient } from "aws4fetch"
import { nodeFetch } from "./node-fetch.js"
import { StorageFailure } from "./object-storage.js"

/** Credentials with which requests are signed. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** Options of {@link s3Storage}: where the bucket is, and what its server can do. */
export interface S3StorageOptions extends Partial<S3Credentials> {
  /** Without the bucket, such as `https://s3.eu-central-1.amazonaws.com`. The bucket goes into the path. */
  readonly endpoint: string
  readonly bucket: string
  /**
   * In place of `accessKeyId` and `secretAccessKey`, for credentials that end: asked before every request, so it should
   * remember them, as the providers of the AWS SDK do (`fromNodeProviderChain()` for an instance role or SSO).
   */
  readonly credentials?: () => S3Credentials | Promise<S3Credentials>
  /** Default `us-east-1`, which stores without regions expect. */
  readonly region?: string
  /** Least size of a part but the last. Default 5 MiB, as in S3. */
  readonly minPartBytes?: number
  /**
   * The store refuses a PUT whose `x-amz-checksum-sha256` is wrong, so a presigned PUT may go straight to its key.
   * Default: only for Amazon. Where it is `false`, presigned bytes go to a staging key until the handler has checked
   * them.
   */
  readonly checksSha256?: boolean
  /** The store knows `If-None-Match: *` on PUT. Default: it is asked once, by a PUT of nothing. */
  readonly conditionalPut?: boolean
  /** How requests are sent. Default: `fetch`, or what replaces it where that drops the length of a body (Deno). */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** Requests to one bucket. */
export interface S3Client {
  readonly bucket: string
  readonly send: (
    method: string,
    key: string,
    init?: {
      readonly query?: Readonly<Record<string, string>>
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: ReadableStream<Uint8Array> | Uint8Array | string
      /** SHA-256 of the body as hex, signed with the request. Default: the body is not signed. */
      readonly bodyHash?: string
    },
  ) => Promise<Response>
  readonly presign: (
    method: string,
    key: string,
    init: {
      readonly query: Readonly<Record<string, string>>
      readonly headers: Readonly<Record<string, string>>
      readonly expiresInSeconds: number
    },
  ) => Promise<string>
}

/** SHA-256 of an empty body, which S3 requires in the signature of requests without a body. */
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/** A client that signs; it never retries, because the uploader does and bodies cannot be read twice. */
export const s3Client = (options: S3StorageOptions): S3Client => {
  const signer = signerOf(options)
  const send = options.fetch ?? ("Deno" in globalThis ? nodeFetch : (request: Request) => fetch(request))
  const urlFor = (key: string, query: Readonly<Record<string, string>>): URL => {
    const path = key.split("/").map(encodeURIComponent).join("/")
    const url = new URL(
      `${options.endpoint.replace(/\/$/, "")}/${options.bucket}${key === "" ? "" : `/${path}`}`,
    )
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }
  return {
    bucket: options.bucket,
    send: async (method, key, { query = {}, headers = {}, body, bodyHash } = {}) => {
      const signed = await (await signer()).sign(urlFor(key, query).href, {
        method,
        headers: {
          ...headers,
          // `fetch` knows the length of a body that it is given whole, and must not get the header as well.
          ...(body instanceof Uint8Array && send === nodeFetch
            ? { "Content-Length": String(body.byteLength) }
            : {}),
          "X-Amz-Content-Sha256": bodyHash ?? (body === undefined ? emptyHash : "UNSIGNED-PAYLOAD"),
        },
      })
      try {
        return await send(
          new Request(signed, (body === undefined ? {} : { body, duplex: "half" }) as RequestInit),
        )
      } catch (error) {
        throw new StorageFailure("Unavailable", "the store cannot be reached", { cause: error })
      }
    },
    presign: async (method, key, { query, headers, expiresInSeconds }) => {
      const signed = await (await signer()).sign(
        urlFor(key, { ...query, "X-Amz-Expires": String(expiresInSeconds) }).href,
        { method, headers, aws: { signQuery: true, allHeaders: true } },
      )
      return signed.url
    },
  }
}

/** A signer for the credentials of the moment; the same one as long as they stay, since it remembers its keys. */
const signerOf = (options: S3StorageOptions): (() => Promise<AwsClient>) => {
  const { accessKeyId, secretAccessKey, sessionToken, region = "us-east-1" } = options
  const fixed =
    accessKeyId === undefined || secretAccessKey === undefined
      ? undefined
      : { accessKeyId, secretAccessKey, sessionToken }
  const find = options.credentials ?? (fixed && (() => fixed))
  if (find === undefined)
    throw new TypeError("s3Storage needs accessKeyId and secretAccessKey, or credentials")
  let last: { readonly of: S3Credentials; readonly client: AwsClient } | undefined
  return async () => {
    let found: S3Credentials
    try {
      found = await find()
    } catch (cause) {
      throw new StorageFailure("Unavailable", "there are no credentials for the store", { cause })
    }
    const isSame =
      last?.of.accessKeyId === found.accessKeyId &&
      last.of.secretAccessKey === found.secretAccessKey &&
      last.of.sessionToken === found.sessionToken
    if (last !== undefined && isSame) return last.client
    const client = new AwsClient({
      accessKeyId: found.accessKeyId,
      secretAccessKey: found.secretAccessKey,
      ...(found.sessionToken === undefined ? {} : { sessionToken: found.sessionToken }),
      service: "s3",
      region,
      retries: 0,
    })
    last = { of: found, client }
    return client
  }
}

/** The answer, if its status is one of these; else the store's failure. A 200 that holds an error is one too. */
export const expectStatus = async (
  answer: Response,
  ...statuses: ReadonlyArray<number>
): Promise<Response> => {
  if (statuses.includes(answer.status)) return answer
  throw s3Failure(answer.status, await answer.text())
}

/** The failure for a store's refusal. */
export const s3Failure = (status: number, text: string): Error => {
  const code = xmlText(text, "Code") ?? ""
  const said = `the store answered ${status} ${code}`
  if (/^(?:BadDigest|XAmzContentSHA256Mismatch|InvalidDigest)$/.test(code)) {
    return new StorageFailure("DigestMismatch", said)
  }
  if (/^(?:IncompleteBody|RequestTimeout)$/.test(code)) return new StorageFailure("Truncated", said)
  if (/^(?:InvalidPart|InvalidPartOrder|EntityTooSmall)$/.test(code)) {
    return new StorageFailure("PartMismatch", said)
  }
  if (/^(?:QuotaExceeded|InsufficientCapacity)$/.test(code) || status === 507) {
    return new StorageFailure("QuotaExceeded", said)
  }
  if (status >= 500 || status === 429 || status === 408 || status === 409) {
    return new StorageFailure("Unavailable", said)
  }
  return new Error(`${said}: ${text.slice(0, 300)}`)
}

/** The text of the first such element. */
export const xmlText = (xml: string, name: string): string | undefined => {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return text === undefined ? undefined : unescapeXml(text)
}

/** What stands inside each such element. */
export const xmlBlocks = (xml: string, name: string): ReadonlyArray<string> =>
  [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs"))].map((match) => match[1] ?? "")

/** A tag as S3 writes it in XML and headers, without its quotes. */
export const plainEtag = (etag: string | null | undefined): string => (etag ?? "").replaceAll('"', "")

const unescapeXml = (text: string): string =>
  text.replaceAll(
    /&(?:lt|gt|quot|apos|#34|#39|amp);/g,
    (entity) =>
      ({ "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#34;": '"', "&apos;": "'", "&#39;": "'", "&amp;": "&" })[
        entity
      ] ?? entity,
  )
