import type { TransferSnapshot } from "../tabs/TabChannel.js"

/** Files by what their transfers do. */
export interface FileCounts {
  readonly uploading: number
  readonly downloading: number
  readonly queuedUploads: number
  readonly queuedDownloads: number
  readonly failed: number
  readonly cancelled: number
}

type Counted = Pick<TransferSnapshot, "kind" | "phase" | "error">

const countOf = ({ kind, phase, error }: Counted): keyof FileCounts => {
  if (phase === "failed") return error?.reason === "Aborted" ? "cancelled" : "failed"
  if (kind === "upload") return phase === "running" ? "uploading" : "queuedUploads"
  return phase === "running" ? "downloading" : "queuedDownloads"
}

/** Counts files: a content that several files have is transferred once, and counts for each of them. */
export const countFiles = <T extends Counted>(
  transfers: Iterable<T>,
  filesOf: (transfer: T) => number,
): { -readonly [K in keyof FileCounts]: number } => {
  const counts = {
    uploading: 0,
    downloading: 0,
    queuedUploads: 0,
    queuedDownloads: 0,
    failed: 0,
    cancelled: 0,
  }
  for (const transfer of transfers) counts[countOf(transfer)] += filesOf(transfer)
  return counts
}
