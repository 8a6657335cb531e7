interface Bytes {
  readonly bytesDone: number
  readonly bytesTotal: number
}

/**
 * Sums for a progress bar, which must not run backwards: finished transfers stay in both sums until all have finished, and a new attempt subtracts
 * nothing.
 */
export class TransferSums {
  #openDone = 0
  #openTotal = 0
  #endedDone = 0
  #endedTotal = 0
  #shown: Bytes = { bytesDone: 0, bytesTotal: 0 }

  get shown(): Bytes {
    return this.#shown
  }

  opened({ bytesDone, bytesTotal }: Bytes): void {
    this.#openDone += bytesDone
    this.#openTotal += bytesTotal
  }

  closed({ bytesDone, bytesTotal }: Bytes): void {
    this.#openDone -= bytesDone
    this.#openTotal -= bytesTotal
  }

  /** Nothing is left to do for it. */
  ended({ bytesTotal }: Bytes): void {
    this.#endedDone += bytesTotal
    this.#endedTotal += bytesTotal
  }

  /** It failed: its bytes were asked for and not transferred. */
  stopped({ bytesTotal }: Bytes): void {
    this.#endedTotal += bytesTotal
  }

  /** After each change: takes the new sums, or resets them when nothing is left. */
  settle(isIdle: boolean): void {
    if (isIdle) {
      this.#endedDone = this.#endedTotal = 0
      this.#shown = { bytesDone: 0, bytesTotal: 0 }
      return
    }
    const bytesTotal = Math.max(this.#shown.bytesTotal, this.#openTotal + this.#endedTotal)
    const bytesDone = Math.min(bytesTotal, Math.max(this.#shown.bytesDone, this.#openDone + this.#endedDone))
    this.#shown = { bytesDone, bytesTotal }
  }
}
