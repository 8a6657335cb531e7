import { RemoteFailure } from "../../../../types/index.js"
import { toHex } from "../../../../utils/content-hash.js"
import { aborted } from "../http/failure.js"
import { untilAborted } from "../http/until-aborted.js"

/** An operation of the in-memory remote, as its fault hook sees it. */
export interface MemoryOperation {
  readonly operation:
    | "upload"
    | "download"
    | "delete"
    | "checkHealth"
    | "head"
    | "beginUpload"
    | "uploadPart"
    | "listParts"
    | "completeUpload"
    | "abortUpload"
    | "uploadMany"
    | "downloadMany"
  /** Empty for health and batches. */
  readonly key: string
}

/** Called before each operation: throw a `RemoteFailure`, wait, or (for a download) return bytes to give in place of the stored ones. */
export type MemoryFault = (
  operation: MemoryOperation,
  signal: AbortSignal,
  // biome-ignore lint/suspicious/noConfusingVoidType: most hooks return nothing.
) => Promise<Blob | void> | Blob | void

/** What all parts of the in-memory remote share. */
export interface MemoryStore {
  readonly objects: Map<string, Blob>
  /** Lets the fault hook speak, and ends when the caller aborts, even while the hook waits. */
  readonly before: (
    operation: MemoryOperation["operation"],
    key: string,
    signal: AbortSignal,
  ) => Promise<Blob | undefined>
}

/** Binds a map to a fault hook. */
export const makeMemoryStore = (objects: Map<string, Blob>, fault: MemoryFault | undefined): MemoryStore => ({
  objects,
  before: async (operation, key, signal) => {
    if (signal.aborted) throw aborted(signal.reason)
    return (await untilAborted(signal, fault?.({ operation, key }, signal))) ?? undefined
  },
})

/** Stores a content once. Fails with `IntegrityMismatch` for other bytes, and stores nothing then. */
export const storeVerified = async (
  { objects }: MemoryStore,
  {
    key,
    contentHash,
    signal,
  }: { readonly key: string; readonly contentHash: string; readonly signal: AbortSignal },
  body: Blob,
): Promise<void> => {
  if (objects.has(key)) return
  const bytes = await body.arrayBuffer()
  const digest = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
  if (signal.aborted) throw aborted(signal.reason)
  if (digest !== contentHash) {
    throw new RemoteFailure("IntegrityMismatch", "The bytes are not the announced ones", { status: 400 })
  }
  objects.set(key, new Blob([bytes], { type: body.type }))
}

/** A stored content. Fails with `NotFound`. */
export const findObject = ({ objects }: MemoryStore, key: string): Blob => {
  const blob = objects.get(key)
  if (blob === undefined) throw new RemoteFailure("NotFound", `There is no object ${key}`, { status: 404 })
  return blob
}
