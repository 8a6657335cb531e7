/**
 * Remembers, beyond this page, that a store did not open in the ordinary way: the next start begins with a recovery
 * start.
 */
export class RecoveryFlag {
  readonly #key: string

  constructor(storeId: string) {
    this.#key = `livestore-filesync:heal:${storeId}`
  }

  get isSet(): boolean {
    try {
      return localStorage.getItem(this.#key) !== null
    } catch {
      // Without storage the flag cannot be kept, so recovery has to finish within one visit.
      return false
    }
  }

  set(): void {
    try {
      localStorage.setItem(this.#key, "1")
    } catch {
      // See above.
    }
  }

  clear(): void {
    try {
      localStorage.removeItem(this.#key)
    } catch {
      // See above.
    }
  }
}
