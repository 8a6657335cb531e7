import { reservedPrefix } from "./object-key.js"

/** Prefix of the staging keys, for bytes that have not been checked yet. */
export const stagingPrefix = `${reservedPrefix}staging/`

/** The parts of an upload's id in the protocol: its staging key, and S3's own id when it comes in parts. */
export interface StagedUpload {
  readonly nonce: string
  /** Empty = one presigned PUT instead of parts. */
  readonly s3UploadId: string
}

/** The upload id that a client sees. */
export const formatUploadId = ({ nonce, s3UploadId }: StagedUpload): string => `${nonce}.${s3UploadId}`

/** Reads an upload id back, or `undefined` when it was not made here. */
export const parseUploadId = (uploadId: string): StagedUpload | undefined => {
  const match = /^([0-9a-f-]{36})\.([\w~.+=-]*)$/.exec(uploadId)
  return match === null ? undefined : { nonce: match[1] ?? "", s3UploadId: match[2] ?? "" }
}

/** The staging key of an upload. The object's key is part of it, so an upload id works for its own key only. */
export const stagingKey = (key: string, nonce: string): string => `${stagingPrefix}${key}/${nonce}`
