import { ExecutorListeners } from "./executor-listeners.js"
import { HeldDownloads } from "./held-downloads.js"
import { IdleWaiters } from "./idle-waiters.js"
import type { ExecutorEvent } from "./SyncExecutor.js"
import {
  isSmall,
  type Priority,
  type QueueName,
  queueNames,
  type Transfer,
  type TransferKind,
  TransferTable,
} from "./transfer-table.js"

/** What the scheduler asks of the rest of the executor. */
export interface SchedulerParts {
  /** Files of at most `maxFileBytes` share requests, and at most `maxRunning` of them run at once; 0 = no file is small. */
  readonly small: { readonly maxFileBytes: number; readonly maxRunning: number }
  /** How many transfers of a queue of large files may run now. */
  readonly limit: (queue: QueueName) => number
  readonly isOnline: () => boolean
  /** Starts the next transfer of a queue; must set its phase to `running` before it returns. */
  readonly start: (transfer: Transfer) => void
}

/**
 * Which transfers run, in which order, and how many at once. Every method changes the table synchronously, so that no two
 * of them can interleave; what takes time runs in fibres elsewhere, which call back here with their result.
 */
export class TransferScheduler {
  readonly table: TransferTable
  readonly held: HeldDownloads
  readonly idle: IdleWaiters
  readonly listeners = new ExecutorListeners()
  readonly #parts: SchedulerParts
  #isActive = false
  #isPaused = false
  #holdsSmallUploads = false

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    this.table = new TransferTable(parts.small.maxRunning > 0 ? parts.small.maxFileBytes : -1)
    this.held = new HeldDownloads(this.table, (transfer, changes) => this.change(transfer, changes))
    this.idle = new IdleWaiters(() => this.table.isIdle)
  }

  get isActive(): boolean {
    return this.#isActive
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Only an active scheduler starts transfers. */
  activate(): void {
    this.#isActive = true
    this.pump()
  }

  /** Starts nothing any more and forgets all transfers. */
  deactivate(): void {
    this.#isActive = false
    this.held.forget()
    this.table.clear()
  }

  /** Starts nothing until `resume`; gives the transfers that were running and have to be interrupted. */
  pause(): ReadonlyArray<Transfer> {
    this.#isPaused = true
    const running = this.table.of(null).filter(({ phase }) => phase === "running")
    for (const transfer of running)
      this.change(transfer, { phase: "queued", isInterrupted: true, bytesDone: 0 })
    this.changed()
    return running
  }

  resume(): void {
    this.#isPaused = false
    this.pump()
  }

  /** While held, no upload of a small file begins, and none at all where no files share requests; what runs goes on. */
  holdSmallUploads(isHeld: boolean): void {
    if (isHeld === this.#holdsSmallUploads) return
    this.#holdsSmallUploads = isHeld
    if (!isHeld) this.pump()
  }

  /** Starts as many queued transfers as may run now. */
  pump(): void {
    if (this.#isActive && !this.#isPaused && this.#parts.isOnline()) {
      for (const queue of queueNames) {
        for (let free = this.#limitOf(queue) - this.table.running(queue); free > 0; free--) {
          const next = this.table.next(queue)
          if (next === undefined) break
          this.#parts.start(next)
        }
      }
    }
    this.changed()
  }

  enqueue(kind: TransferKind, contentHash: string, sizeBytes: number, priority: Priority): void {
    const reason = kind === "download" ? this.held.reason : null
    if (!this.table.enqueue(kind, contentHash, sizeBytes, priority, reason)) return
    this.reportPhase({ kind, contentHash })
    this.pump()
  }

  /** Puts a transfer that waits or stopped back into its queue. */
  requeue({ kind, contentHash }: Pick<Transfer, "kind" | "contentHash">): void {
    const present = this.table.get(kind, contentHash)
    if (present === undefined || present.phase === "running") return
    this.change(present, { phase: "queued", nextRetryAt: null, mayRetryEarlyAt: null })
    this.pump()
  }

  /** Changes a transfer, if it is still there, and reports it. */
  change(transfer: Transfer, changes: Partial<Omit<Transfer, "kind" | "contentHash">>): void {
    this.table.patch(transfer, changes)
    this.reportPhase(transfer)
  }

  reportPhase({ kind, contentHash }: Pick<Transfer, "kind" | "contentHash">): void {
    const now = this.table.get(kind, contentHash)
    if (now !== undefined) this.emit({ type: "phase", transfer: now })
  }

  /** Reports that something changed, and lets callers of `idle.wait` continue when nothing is left. */
  changed(): void {
    this.emit({ type: "changed" })
    this.idle.check()
  }

  emit(event: ExecutorEvent): void {
    this.listeners.emit(event)
  }

  #limitOf(queue: QueueName): number {
    const { small, limit } = this.#parts
    // Where no files share requests, small ones are among the large.
    const isHeld = queue === "upload-small" || (queue === "upload-large" && small.maxRunning === 0)
    if (isHeld && this.#holdsSmallUploads) return 0
    // Small files wait for places in the requests they share.
    return isSmall(queue) ? small.maxRunning : limit(queue)
  }
}
