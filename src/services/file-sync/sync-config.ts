import type { FileRecord } from "../../types/index.js"

/** What the browser reports about the network, for download policies. */
export interface NetworkFacts {
  readonly saveData: boolean
  /** The connection is known to be metered. */
  readonly isMetered: boolean
}

/** Which files come to this device by themselves: all, none until asked for, or by a rule. */
export type DownloadPolicy = "all" | "on-demand" | ((record: FileRecord, network: NetworkFacts) => boolean)

/** How the engine of one store behaves. */
export interface SyncConfig {
  readonly storeId: string
  readonly downloads: DownloadPolicy
  /** Most bytes of file content kept on this device; uploaded, unpinned files beyond it go, least recently used first. */
  readonly maxCacheBytes: number
  /** How long content that lost to newer content stays restorable, in milliseconds. */
  readonly restorableMs: number
  /** Whether this tab is in view; default what the document says. */
  readonly isVisible?: (() => boolean) | undefined
  /** Object key of a content. */
  readonly keyOf: (record: FileRecord) => string
  /**
   * Whether the object that an erased record names may be deleted for it. A record is written by any device, and could
   * name what belongs to another content or another store. Default: only the key that the default `keyOf` gives; with
   * a `keyOf` of the app's own, every key, because it may depend on what an erased record no longer has.
   */
  readonly mayErase: (key: string, contentHash: string) => boolean
}

const network = (): NetworkFacts => {
  const connection = (
    globalThis.navigator as { connection?: { saveData?: boolean; type?: string } } | undefined
  )?.connection
  return { saveData: connection?.saveData === true, isMetered: connection?.type === "cellular" }
}

/** Whether the policy wants a record here. A rule that throws says no, and disturbs nothing else. */
export const isWanted = (policy: DownloadPolicy, record: FileRecord): boolean => {
  if (policy === "all") return true
  if (policy === "on-demand") return false
  try {
    return policy(record, network()) === true
  } catch {
    return false
  }
}
