import type { DownloadAnswer, RemoteRequest, RemoteStorageAdapter, UploadRequest } from "../../types/index.js"
import type { Content } from "./content.js"

/** Faults to inject between the adapter and its store, where the test can. Cases that need others are skipped. */
export interface AdapterFaults {
  /** Slows the connection to about this many bytes per second, both ways. */
  readonly setRate?: (bytesPerSecond: number) => Promise<void>
  /** Requests the store is busy with now; one whose connection was closed no longer counts. */
  readonly countOpenRequests?: () => Promise<number>
  /** Bytes of request bodies that have come to the store so far. */
  readonly countReceivedBytes?: () => Promise<number>
  /** From now on every request is answered with this, and the store sees none. */
  readonly answerAll?: (answer: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
  }) => Promise<void>
  /** From now on every connection is dropped. */
  readonly dropAll?: () => Promise<void>
  /** The body of the next download breaks off after so many bytes. */
  readonly cutNextDownload?: (afterBytes: number) => Promise<void>
}

/** An adapter under test, and what the suite needs to test it. */
export interface AdapterUnderTest {
  readonly adapter: RemoteStorageAdapter
  /** The same remote as another device, or this one after a restart, has it. Default: `adapter` itself. */
  readonly afterRestart?: RemoteStorageAdapter
  /** Default `conformance/<hash>`. */
  readonly keyOf?: (contentHash: string) => string
  /** Whether the store refuses bytes that are not the announced ones. Default `true`. */
  readonly checksDigest?: boolean
  readonly faults?: AdapterFaults
  /** Called after the case, however it ended. */
  readonly cleanup?: () => Promise<void>
}

/** An adapter under test, with the requests that the cases make of it. */
export interface Subject {
  readonly adapter: RemoteStorageAdapter
  readonly afterRestart: RemoteStorageAdapter
  readonly checksDigest: boolean
  readonly faults: AdapterFaults
  readonly requestFor: (content: Content, signal?: AbortSignal) => RemoteRequest
  readonly upload: (
    content: Content,
    more?: Partial<Pick<UploadRequest, "signal" | "onProgress" | "body">>,
  ) => Promise<{ readonly key: string }>
  readonly download: (
    content: Content,
    more?: { readonly offset?: number; readonly etag?: string; readonly signal?: AbortSignal },
  ) => Promise<DownloadAnswer>
}

/** Fills in what was not given. */
export const makeSubject = (given: AdapterUnderTest): Subject => {
  const keyOf = given.keyOf ?? ((contentHash: string) => `conformance/${contentHash}`)
  const requestFor = ({ contentHash, record }: Content, signal = new AbortController().signal) => ({
    key: keyOf(contentHash),
    contentHash,
    record,
    signal,
  })
  return {
    adapter: given.adapter,
    afterRestart: given.afterRestart ?? given.adapter,
    checksDigest: given.checksDigest ?? true,
    faults: given.faults ?? {},
    requestFor,
    upload: (content, { signal, body = content.body, onProgress = () => undefined } = {}) =>
      given.adapter.upload({ ...requestFor(content, signal), body, onProgress }),
    download: (content, { signal, offset = 0, etag } = {}) =>
      given.adapter.download({ ...requestFor(content, signal), offset, etag }),
  }
}

/** All bytes of a body. */
export const readAll = async (body: ReadableStream<Uint8Array>): Promise<Uint8Array> =>
  new Uint8Array(await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer())
