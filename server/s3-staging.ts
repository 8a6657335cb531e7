import { reservedPrefix } from "./object-key.js"

/** Where bytes wait in a bucket until they have been checked. */
export const stagingPrefix = `${reservedPrefix}staging/`

/** An upload's name in the protocol: where its bytes wait, and S3's own id for them when they come in parts. */
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

/** Where an upload's bytes wait. The key is part of it, so an upload id works for its own key only. */
export const stagingKey = (key: string, nonce: string): string => `${stagingPrefix}${key}/${nonce}`
