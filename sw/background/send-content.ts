import type { StoreConfiguration } from "../../src/service-worker/protocol.js"
import { putFile } from "../../src/services/remote-file-storage/adapters/http/files.js"
import { isRemoteFailure } from "../../src/services/remote-file-storage/adapters/http/failure.js"
import { toConnection } from "../../src/services/remote-file-storage/adapters/http/to-connection.js"
import type {
  FileRecord,
  RemoteFailureReason,
  RemoteRequest,
  ServiceWorkerSource,
} from "../../src/types/index.js"
import { findStoredFile } from "../stored-file.js"
import type { UnsentContent } from "./read-outbox.js"
import { sendParts } from "./send-parts.js"

/** Larger files go in parts, as a page sends them: what has arrived stays when the browser ends us. */
const partsFromBytes = 16 * 1024 * 1024

/** `never`: the remote does not take it; the page will say so. `gone`: nothing to send. `forbidden`: nothing may be sent now. */
export type SendOutcome = "stored" | "never" | "forbidden" | "gone"

const outcomes: Partial<Readonly<Record<RemoteFailureReason, SendOutcome>>> = {
  Unauthorized: "forbidden",
  Forbidden: "forbidden",
  NotFound: "never",
  TooLarge: "never",
  Rejected: "never",
  IntegrityMismatch: "never",
}

/**
 * Brings one content to the remote, as a page does and by the same proofs; content that is there already is a success.
 * Rejects with a `RemoteFailure` when a later try may succeed.
 */
export const sendContent = async (
  { source, storeFolder }: StoreConfiguration,
  content: UnsentContent,
  { signal, idleTimeoutMs }: { readonly signal: AbortSignal; readonly idleTimeoutMs?: number | undefined },
): Promise<SendOutcome> => {
  const file = await findStoredFile(storeFolder, content.contentHash)
  if (!file || !source) return "gone"
  const body = file.slice(0, file.size, content.mimeType)
  const request = requestFor(storeFolder, content, body.size, signal)
  try {
    const connection = connectionTo(source, idleTimeoutMs)
    if (body.size > partsFromBytes)
      await sendParts(connection, { ...request, storeFolder, body, parts: content.parts })
    else await putFile(connection, { ...request, body, onProgress: () => undefined })
    return "stored"
  } catch (error) {
    const outcome = isRemoteFailure(error) ? outcomes[error.reason] : "never"
    if (outcome === undefined) throw error
    return outcome
  }
}

const connectionTo = (
  { baseUrl, credentials, headers }: ServiceWorkerSource,
  idleTimeoutMs: number | undefined,
) =>
  toConnection({
    baseUrl,
    ...(credentials === undefined ? {} : { credentials }),
    ...(headers === undefined ? {} : { headers }),
    ...(idleTimeoutMs === undefined ? {} : { stallTimeoutMs: idleTimeoutMs }),
  })

/** The journal knows of a record what a request needs: its content's type and size. */
const requestFor = (
  storeFolder: string,
  { contentHash, mimeType }: UnsentContent,
  sizeBytes: number,
  signal: AbortSignal,
): RemoteRequest => ({
  key: `${storeFolder}/${contentHash}`,
  contentHash,
  record: { mimeType, sizeBytes, contentHash } as FileRecord,
  signal,
})
