import type { FileSyncErrorInfo } from "../../types/index.js"
import type { TransferSnapshot } from "../tabs/TabChannel.js"
import type { TransferFailureReason } from "./retry-policy.js"
import { TransferSums } from "./transfer-sums.js"

/** Which of two waiting transfers goes first; higher goes first. */
export const priorities = { background: 0, requested: 1, visible: 2 } as const

/** A priority class. */
export type Priority = keyof typeof priorities

/** Every kind of transfer. */
export const transferKinds = ["upload", "download"] as const

/** Upload or download. */
export type TransferKind = (typeof transferKinds)[number]

/** One queued, running, waiting or stopped transfer of one content. */
export interface Transfer {
  readonly kind: TransferKind
  readonly contentHash: string
  readonly priority: Priority
  /** Order of arrival within a priority. */
  readonly order: number
  readonly phase: TransferSnapshot["phase"]
  /** It was running when transfers were paused, and goes first when they go on. */
  readonly isInterrupted: boolean
  readonly bytesDone: number
  readonly bytesTotal: number
  /** Failures so far. */
  readonly attempt: number
  /** Of these, failures of a class that is tried only a few times. */
  readonly limitedTries: number
  readonly nextRetryAt: number | null
  /** A server asked for a long wait, which a good health answer may cut short from then on. */
  readonly mayRetryEarlyAt: number | null
  /** When it stopped. */
  readonly stoppedAt: number | null
  /** When it was last tried again automatically after it had stopped. */
  readonly chanceAt: number | null
  readonly failure: { readonly reason: TransferFailureReason; readonly info: FileSyncErrorInfo } | null
}

/** Identity of a transfer: a content has at most one upload and one download. */
export const transferKey = (kind: TransferKind, contentHash: string): string => `${kind}:${contentHash}`

/** Queues with a limit of their own: small files share requests, so they are counted apart. */
export type QueueName = `${TransferKind}-${"small" | "large"}`

/** Every queue there is. */
export const queueNames: ReadonlyArray<QueueName> = [
  "upload-large",
  "upload-small",
  "download-large",
  "download-small",
]

/** Whether the files of a queue share requests. */
export const isSmall = (queue: QueueName): boolean => queue.endsWith("-small")

/** Waiting transfers of a queue, one map a priority class and one for the interrupted, each in the order of arrival. */
type Waiting = ReadonlyArray<Map<string, Transfer>>

const interrupted = Object.keys(priorities).length

const emptyQueue = () => ({
  running: 0,
  waiting: Array.from({ length: interrupted + 1 }, () => new Map()) as Waiting,
})

/** The fields of a transfer without a failed attempt. */
export const untried = {
  attempt: 0,
  limitedTries: 0,
  nextRetryAt: null,
  mayRetryEarlyAt: null,
  stoppedAt: null,
  chanceAt: null,
  failure: null,
} as const

const isUnsettled = ({ phase }: Transfer): boolean => phase !== "failed" && phase !== "held"

const classOf = ({ isInterrupted, priority }: Transfer): number =>
  isInterrupted ? interrupted : priorities[priority]

/** All transfers of this tab, in one table that cannot disagree with itself; every call costs the same at any size. */
export class TransferTable {
  readonly #byKey = new Map<string, Transfer>()
  readonly #queueNames = new Map(queueNames.map((queue) => [queue, emptyQueue()]))
  readonly #smallBytes: number
  #pending = 0
  #nextOrder = 0
  /** Keys of what was added, changed or removed since they were last taken. */
  #changedKeys = new Set<string>()
  readonly #sums = new TransferSums()

  /** Files of at most `smallBytes` are small. */
  constructor(smallBytes = -1) {
    this.#smallBytes = smallBytes
  }

  get(kind: TransferKind, contentHash: string): Transfer | undefined {
    return this.#byKey.get(transferKey(kind, contentHash))
  }

  /** Changes since the last call, at most `limit`; `transfer` is missing when it was removed. */
  takeChanges(
    limit: number,
  ): ReadonlyArray<{ readonly key: string; readonly transfer: Transfer | undefined }> {
    const taken: Array<string> = []
    for (const key of this.#changedKeys) {
      if (taken.length === limit) break
      taken.push(key)
    }
    for (const key of taken) this.#changedKeys.delete(key)
    return taken.map((key) => ({ key, transfer: this.#byKey.get(key) }))
  }

  all(): IterableIterator<Transfer> {
    return this.#byKey.values()
  }

  /** Both directions of a content; `null` = everything. A copy, while the table changes. */
  of(contentHash: string | null): ReadonlyArray<Transfer> {
    if (contentHash === null) return [...this.all()]
    return (["upload", "download"] as const).flatMap((kind) => this.get(kind, contentHash) ?? [])
  }

  /**
   * Adds a transfer, or raises the priority of the one there is; `heldBy` = why background transfers are held, in which
   * case a new one is. Says whether anything changed.
   */
  enqueue(
    kind: TransferKind,
    contentHash: string,
    bytesTotal: number,
    priority: Priority,
    heldBy: Transfer["failure"] = null,
  ): boolean {
    const present = this.get(kind, contentHash)
    if (present !== undefined) {
      if (priorities[priority] <= priorities[present.priority]) return false
      this.patch(
        present,
        present.phase === "held" ? { priority, phase: "queued", failure: null } : { priority },
      )
      return true
    }
    const isHeld = heldBy !== null && priority === "background"
    this.#insert({
      kind,
      contentHash,
      priority,
      order: this.#nextOrder++,
      phase: isHeld ? "held" : "queued",
      isInterrupted: false,
      bytesDone: 0,
      bytesTotal,
      ...untried,
      failure: isHeld ? heldBy : null,
    })
    this.#sums.settle(this.isIdle)
    return true
  }

  /** Changes a transfer if it is still there. */
  patch(
    transfer: Pick<Transfer, "kind" | "contentHash">,
    changes: Partial<Omit<Transfer, "kind" | "contentHash">>,
  ): void {
    const present = this.get(transfer.kind, transfer.contentHash)
    if (present === undefined) return
    this.#withdraw(present)
    const changed = { ...present, ...changes }
    if (isUnsettled(present) && changed.phase === "failed") this.#sums.stopped(present)
    this.#insert(changed)
    this.#sums.settle(this.isIdle)
  }

  remove(kind: TransferKind, contentHash: string): boolean {
    const present = this.get(kind, contentHash)
    if (present === undefined) return false
    this.#withdraw(present)
    this.#changedKeys.add(transferKey(kind, contentHash))
    if (isUnsettled(present)) this.#sums.ended(present)
    this.#sums.settle(this.isIdle)
    return this.#byKey.delete(transferKey(kind, contentHash))
  }

  /** Bytes of all transfers since it was last idle; neither goes down before it is idle again. */
  get sums(): { readonly bytesDone: number; readonly bytesTotal: number } {
    return this.#sums.shown
  }

  clear(): void {
    for (const transfer of [...this.#byKey.values()]) this.remove(transfer.kind, transfer.contentHash)
  }

  /** How many of a queue are running. */
  running(queue: QueueName): number {
    return this.#queue(queue).running
  }

  /** Nothing is queued, running or waiting for a retry; what is held waits for a person or for space. */
  get isIdle(): boolean {
    return this.#pending === 0
  }

  /** The queued transfer that goes next: interrupted by a pause before visible before asked for before background, then by arrival. */
  next(queue: QueueName): Transfer | undefined {
    for (const waiting of this.#queue(queue).waiting.toReversed()) {
      for (const transfer of waiting.values()) return transfer
    }
    return undefined
  }

  #queue(queue: QueueName): ReturnType<typeof emptyQueue> {
    return this.#queueNames.get(queue) as ReturnType<typeof emptyQueue>
  }

  /** By its size as it was asked for or, once it runs, as it turned out to be. */
  queueOf({ kind, bytesTotal }: Pick<Transfer, "kind" | "bytesTotal">): QueueName {
    return `${kind}-${bytesTotal <= this.#smallBytes ? "small" : "large"}`
  }

  #partOf(transfer: Transfer): ReturnType<typeof emptyQueue> {
    return this.#queue(this.queueOf(transfer))
  }

  #insert(transfer: Transfer): void {
    const key = transferKey(transfer.kind, transfer.contentHash)
    this.#byKey.set(key, transfer)
    this.#changedKeys.add(key)
    const queue = this.#partOf(transfer)
    if (isUnsettled(transfer)) {
      this.#pending++
      this.#sums.opened(transfer)
    }
    if (transfer.phase === "running") queue.running++
    if (transfer.phase === "queued") queue.waiting[classOf(transfer)]?.set(key, transfer)
  }

  #withdraw(transfer: Transfer): void {
    const queue = this.#partOf(transfer)
    if (isUnsettled(transfer)) {
      this.#pending--
      this.#sums.closed(transfer)
    }
    if (transfer.phase === "running") queue.running--
    queue.waiting[classOf(transfer)]?.delete(transferKey(transfer.kind, transfer.contentHash))
  }
}
