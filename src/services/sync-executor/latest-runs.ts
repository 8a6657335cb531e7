/** The latest run of each transfer: an adapter may go on reporting about one that was aborted. */
export class LatestRuns {
  readonly #byKey = new Map<string, symbol>()

  /** A run begins; the answer says whether it is still the latest, and has not ended. */
  begin(key: string): () => boolean {
    const run = Symbol(key)
    this.#byKey.set(key, run)
    return () => this.#byKey.get(key) === run
  }

  end(key: string): void {
    this.#byKey.delete(key)
  }

  endAll(): void {
    this.#byKey.clear()
  }
}
