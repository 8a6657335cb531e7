/** What short samples take for granted, as docs/index.md says, and what bundlers make of imports. */
import type { AttachedStore, FileSyncHandle } from "livestore-filesync"

declare global {
  const store: AttachedStore
  const fileSync: FileSyncHandle
  const file: File
  const fileId: string
  /** Of Cloudflare's own types. */
  type R2Bucket = import("livestore-filesync/server").R2BucketLike
}
