/** Contents that were cancelled on a device, and what it transferred all the same. */
export class CancelledContents {
  readonly #contents = new Set<string>()
  readonly moved: Array<string> = []

  add(contentHash: string): void {
    this.#contents.add(contentHash)
  }

  /** It was asked for, or another file that has it was. */
  remove(contentHash: string): void {
    this.#contents.delete(contentHash)
  }

  clear(): void {
    this.#contents.clear()
  }

  /** A transfer of it begins. */
  check(contentHash: string): void {
    if (this.#contents.has(contentHash)) this.moved.push(contentHash)
  }
}
