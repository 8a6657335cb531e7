import type { FileSyncErrorInfo } from "../../types/index.js"
import type { TransferSnapshot } from "../tabs/TabChannel.js"
import type { TransferFailureReason } from "./retry-policy.js"

/** Which of two waiting transfers goes first; higher goes first. */
export const priorities = { background: 0, requested: 1, visible: 2 } as const

/** A priority class. */
export type Priority = keyof typeof priorities

/** Upload or download. */
export type TransferKind = "upload" | "download"

/** One queued, running, waiting or stopped transfer of one content. */
export interface Transfer {
  readonly kind: TransferKind
  readonly contentHash: string
  readonly priority: Priority
  /** Order of arrival within a priority. */
  readonly order: number
  readonly phase: TransferSnapshot["phase"]
  readonly bytesDone: number
  readonly bytesTotal: number
  /** Failures so far. */
  readonly attempt: number
  readonly nextRetryAt: number | null
  readonly failure: { readonly reason: TransferFailureReason; readonly info: FileSyncErrorInfo } | null
}

/** Identity of a transfer: a content is never moved the same way twice at once. */
export const transferKey = (kind: TransferKind, contentHash: string): string => `${kind}:${contentHash}`

/** All transfers of this tab, in one map that cannot disagree with itself. */
export class TransferTable {
  readonly #byKey = new Map<string, Transfer>()
  #nextOrder = 0

  get(kind: TransferKind, contentHash: string): Transfer | undefined {
    return this.#byKey.get(transferKey(kind, contentHash))
  }

  all(): IterableIterator<Transfer> {
    return this.#byKey.values()
  }

  /** Adds a transfer, or raises the priority of the one there is. Says whether anything changed. */
  enqueue(kind: TransferKind, contentHash: string, bytesTotal: number, priority: Priority): boolean {
    const present = this.get(kind, contentHash)
    if (present !== undefined) {
      if (priorities[priority] <= priorities[present.priority]) return false
      this.patch(present, { priority })
      return true
    }
    this.#byKey.set(transferKey(kind, contentHash), {
      kind,
      contentHash,
      priority,
      order: this.#nextOrder++,
      phase: "queued",
      bytesDone: 0,
      bytesTotal,
      attempt: 0,
      nextRetryAt: null,
      failure: null,
    })
    return true
  }

  /** Changes a transfer if it is still there. */
  patch(transfer: Pick<Transfer, "kind" | "contentHash">, changes: Partial<Transfer>): void {
    const key = transferKey(transfer.kind, transfer.contentHash)
    const present = this.#byKey.get(key)
    if (present !== undefined) this.#byKey.set(key, { ...present, ...changes })
  }

  remove(kind: TransferKind, contentHash: string): boolean {
    return this.#byKey.delete(transferKey(kind, contentHash))
  }

  clear(): void {
    this.#byKey.clear()
  }

  count(kind: TransferKind, phase: Transfer["phase"]): number {
    let count = 0
    for (const transfer of this.#byKey.values())
      if (transfer.kind === kind && transfer.phase === phase) count++
    return count
  }

  /** The queued transfer that goes next: visible before asked for before background, then by arrival. */
  next(kind: TransferKind): Transfer | undefined {
    let best: Transfer | undefined
    for (const transfer of this.#byKey.values()) {
      if (transfer.kind !== kind || transfer.phase !== "queued") continue
      if (best === undefined || isBefore(transfer, best)) best = transfer
    }
    return best
  }
}

const isBefore = (one: Transfer, other: Transfer): boolean =>
  one.priority === other.priority
    ? one.order < other.order
    : priorities[one.priority] > priorities[other.priority]
