/** What short samples take for granted, as docs/index.md says, and what bundlers make of imports. */
import type { AttachedStore, FileSyncHandle } from "livestore-filesync"
import type { R2BucketLike } from "livestore-filesync/server"

declare global {
  const store: AttachedStore
  const fileSync: FileSyncHandle
  const file: File
  const fileId: string
  const token: string
  /** Of Cloudflare's own types. */
  type R2Bucket = R2BucketLike
}
