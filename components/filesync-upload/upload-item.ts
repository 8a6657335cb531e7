import type { FileMetadata, FileRecord, FileState } from "../../src/client/global-client.js"

/** What goes with a file when it is saved; set by listeners of `filesync-before-save`. */
export interface SavePlan {
  readonly file: File
  readonly name: string
  readonly metadata?: FileMetadata | undefined
  /** When it was dropped or picked, and its place among the others. */
  readonly createdAt?: Date
  readonly sequence?: number
  readonly commit?: ((record: FileRecord) => ReadonlyArray<unknown>) | undefined
}

/** A file that was saved before. */
export type SavedFile = Pick<FileRecord, "name" | "sizeBytes" | "mimeType"> & { readonly fileId: string }

/** How far a file has come on its way onto this device. */
export type SavePhase = "waiting" | "saving" | "saved" | "failed"

let keys = 0

/** One row of an upload's list. */
export class UploadItem {
  readonly key = ++keys
  name: string
  sizeBytes: number
  mimeType: string
  /** `undefined` for a file saved on an earlier visit. */
  plan: SavePlan | undefined
  phase: SavePhase
  fileId: string | undefined
  /** Bytes copied onto this device so far. */
  savedBytes = 0
  /** The engine's view of the file once it is saved. */
  transfer: FileState | undefined
  /** Bytes a second of the running upload, smoothed; 0 when unknown. */
  speed = 0
  error: unknown
  /** When nothing was left to do for it, by `performance.now()`. */
  finishedAt: number | undefined
  /** Its row was folded away; its id stays in the element's value. */
  isGone = false
  /** Aborts the saving. */
  abort = new AbortController()
  /** Counts changes, so that unchanged rows are not rendered again. */
  version = 0
  #measuredAt = 0

  constructor(from: SavePlan | SavedFile) {
    this.name = from.name
    if ("fileId" in from) {
      this.fileId = from.fileId
      this.sizeBytes = from.sizeBytes
      this.mimeType = from.mimeType
      this.phase = "saved"
      return
    }
    this.plan = from
    this.sizeBytes = from.file.size
    this.mimeType = from.file.type
    this.phase = "waiting"
  }

  /** The picked file, when it was picked on this visit. */
  get file(): File | undefined {
    return this.plan?.file
  }

  /** It was added here and now, so that cancelling means that it was never added. */
  get isOwn(): boolean {
    return this.plan !== undefined
  }

  /** Its bytes are in memory only, or not yet completely on this device: closing the page would lose it. */
  get isAtRisk(): boolean {
    return this.phase === "waiting" || this.phase === "saving"
  }

  /** Saving failed, or the upload stopped and waits for a person. */
  get hasFailed(): boolean {
    return this.phase === "failed" || (this.transfer?.transfer === "error" && !this.isCancelled)
  }

  /** A person stopped the upload. */
  get isCancelled(): boolean {
    const { transfer, error } = this.transfer ?? {}
    return transfer === "error" && error?.reason === "Aborted"
  }

  /** It is on this device and wherever else it is to be. */
  get isFinished(): boolean {
    const { transfer } = this.transfer ?? {}
    return (
      this.phase === "saved" &&
      transfer !== undefined &&
      transfer !== "uploading" &&
      transfer !== "queued-upload" &&
      transfer !== "error"
    )
  }

  /** The file is waiting or in transfer, and continues automatically. */
  get moving(): boolean {
    return this.isAtRisk || this.transfer?.transfer === "uploading"
  }

  /** Takes name, size and type from the record where the picked file gave none. */
  describe({ name, sizeBytes, mimeType }: FileRecord): void {
    if (this.plan !== undefined) return
    Object.assign(this, { name, sizeBytes, mimeType })
    this.version++
  }

  /** Takes over the engine's view of the file and measures the speed. */
  follow(state: FileState, nowMs: number): void {
    const before = this.transfer
    const seconds = (nowMs - this.#measuredAt) / 1000
    const bytes = state.bytesDone - (before?.bytesDone ?? 0)
    if (state.transfer !== "uploading" || before?.transfer !== "uploading") this.speed = 0
    else if (seconds > 0 && bytes >= 0) {
      const now = bytes / seconds
      // A weight of a quarter follows real changes within a second and hides the jumps between parts.
      this.speed = this.speed === 0 ? now : this.speed * 0.75 + now * 0.25
    }
    this.#measuredAt = nowMs
    this.transfer = state
    this.finishedAt = this.isFinished ? (this.finishedAt ?? nowMs) : undefined
    this.version++
  }
}
