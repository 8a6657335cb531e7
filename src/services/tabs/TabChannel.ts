import { Context, type Effect, type Scope } from "effect"
import type { FileSyncErrorInfo, TransferProgress } from "../../types/index.js"

/** One queued or running transfer as other tabs see it. */
export interface TransferSnapshot {
  readonly kind: "upload" | "download"
  readonly contentHash: string
  /** `held` = a download that waits for space on this device. */
  readonly phase: "queued" | "running" | "waiting" | "held" | "failed"
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly attempt: number
  readonly nextRetryAt: number | null
  readonly error: FileSyncErrorInfo | null
}

/** What a device knows about one file besides its bytes. */
export interface FileFlags {
  readonly pinned: boolean
  /** Evicted on purpose: downloaded again only on request. */
  readonly evicted: boolean
  /** Content whose transfer stopped for good, with the reason; empty = none. */
  readonly failedHash: string
  readonly failedReason: string
}

/** What the leader is doing, for the other tabs: what has changed, or a part of everything for one of them. */
export interface LeaderUpdate {
  readonly online: boolean
  /** Bytes of all transfers since the last time there were none. */
  readonly sums: { readonly bytesDone: number; readonly bytesTotal: number }
  /** Why the remote counts as unreachable, and when it is asked again; both `null` while it answers. */
  readonly connection: { readonly failure: string | null; readonly nextProbeAt: number | null }
  readonly changed: ReadonlyArray<TransferSnapshot>
  /** Keys of transfers that are no more. */
  readonly gone: ReadonlyArray<string>
  /** Set = a part of everything there is, for that tab alone; all parts but the last are followed by another. */
  readonly whole: { readonly tabId: string; readonly isFirst: boolean; readonly isLast: boolean } | null
}

/** What a tab may ask of the leader. */
export type TabCommand =
  | { readonly type: "prioritize" | "cancel" | "want"; readonly contentHash: string }
  | { readonly type: "retry"; readonly contentHash: string | null }
  | { readonly type: "reconcile" }

/** The messages between tabs. */
export type TabMessage =
  | { readonly type: "leader"; readonly tabId: string }
  | { readonly type: "hello"; readonly tabId: string }
  /** A tab that is visible now wants to lead; a leader that is visible as well refuses. */
  | { readonly type: "claim" | "claim-refused"; readonly tabId: string }
  | { readonly type: "transfers"; readonly news: LeaderUpdate }
  | { readonly type: "progress"; readonly progress: TransferProgress }
  | { readonly type: "command"; readonly command: TabCommand }
  /** What this device knows about a file besides its bytes has changed. */
  | { readonly type: "flags"; readonly fileId: string; readonly flags: FileFlags }
  /** Content has come to this device, or has gone from it. */
  | { readonly type: "present" | "absent"; readonly contentHashes: ReadonlyArray<string> }
  /** How many records a tab has changed that the sync backend has not confirmed. */
  | { readonly type: "unsynced"; readonly tabId: string; readonly count: number }
  /** Content was shown or read in a tab. */
  | { readonly type: "used"; readonly contentHashes: ReadonlyArray<string> }

/** Messages between the tabs that have one store open; a tab does not receive its own. */
export class TabChannel extends Context.Tag("filesync/TabChannel")<
  TabChannel,
  {
    /** This tab's id, new with every engine. */
    readonly tabId: string
    readonly post: (message: TabMessage) => Effect.Effect<void>
    readonly listen: (listener: (message: TabMessage) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
