import type { SyncStatus } from "../../src/client/global-client.js"

/** Progress of all transfers since the last moment without any. */
export interface Progress {
  readonly filesDone: number
  readonly filesTotal: number
  readonly bytesDone: number
  readonly bytesTotal: number
  /** 0 to 1; never goes back while files move. */
  readonly fraction: number
  /** `undefined` while it is not known. */
  readonly secondsLeft: number | undefined
}

const windowMs = 15_000
/** No estimate before this time: the first seconds of a connection are too uneven. */
const measureMs = 4000

/** Follows the engine's status from the first transfer to the last; the progress never goes back. */
export class SessionProgress {
  #filesTotal = 0
  #remaining = 0
  #fraction = 0
  #samples: Array<readonly [atMs: number, bytes: number]> = []

  /** Takes over a status; `undefined` when nothing moves. */
  follow(status: SyncStatus, nowMs: number): Progress | undefined {
    const { uploading, downloading, queuedUploads, queuedDownloads, saving } = status
    const remaining = saving + uploading + downloading + queuedUploads + queuedDownloads
    if (remaining === 0 && status.state !== "syncing") {
      this.#filesTotal = 0
      this.#remaining = 0
      this.#fraction = 0
      this.#samples = []
      return undefined
    }
    this.#filesTotal += Math.max(0, remaining - this.#remaining)
    this.#remaining = remaining
    const isSaving = saving > 0
    const bytesDone = isSaving ? status.savingBytesDone : status.bytesDone
    const bytesTotal = Math.max(bytesDone, isSaving ? status.savingBytesTotal : status.bytesTotal)
    this.#fraction = Math.max(this.#fraction, bytesTotal > 0 ? bytesDone / bytesTotal : 0)
    return {
      filesDone: this.#filesTotal - remaining,
      filesTotal: this.#filesTotal,
      bytesDone,
      bytesTotal,
      fraction: this.#fraction,
      secondsLeft: isSaving ? undefined : this.#secondsLeft(bytesDone, bytesTotal, nowMs),
    }
  }

  #secondsLeft(bytesDone: number, bytesTotal: number, nowMs: number): number | undefined {
    const last = this.#samples.at(-1)
    if (last !== undefined && bytesDone < last[1]) this.#samples = []
    if (last === undefined || nowMs - last[0] > 250) this.#samples.push([nowMs, bytesDone])
    this.#samples = this.#samples.filter(([atMs]) => nowMs - atMs <= windowMs)
    const [first] = this.#samples
    if (first === undefined || nowMs - first[0] < measureMs || bytesDone <= first[1]) return undefined
    return ((bytesTotal - bytesDone) * (nowMs - first[0])) / 1000 / (bytesDone - first[1])
  }
}
