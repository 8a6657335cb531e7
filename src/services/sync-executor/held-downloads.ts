import type { Transfer, TransferTable } from "./transfer-table.js"

type Change = (transfer: Transfer, changes: Partial<Omit<Transfer, "kind" | "contentHash">>) => void

/** Background downloads while this device is full: one that found no room stands for all. */
export class HeldDownloads {
  readonly #table: TransferTable
  readonly #change: Change
  #reason: Transfer["failure"] = null

  /** `change` changes a transfer of the table and reports it. */
  constructor(table: TransferTable, change: Change) {
    this.#table = table
    this.#change = change
  }

  /** Why they are held; `null` = they are not. */
  get reason(): Transfer["failure"] {
    return this.#reason
  }

  hold(failure: Transfer["failure"]): void {
    this.#reason = failure
    for (const transfer of [...this.#table.all()]) {
      const { kind, phase, priority } = transfer
      if (kind === "download" && phase === "queued" && priority === "background")
        this.#change(transfer, { phase: "held", isInterrupted: false, failure })
    }
  }

  release(): void {
    if (this.#reason === null) return
    this.forget()
    for (const transfer of [...this.#table.all()])
      if (transfer.phase === "held") this.#change(transfer, { phase: "queued", failure: null })
  }

  forget(): void {
    this.#reason = null
  }
}
