/** Content on its way to this device: readers follow it at their own pace, and the disk is their buffer. */
export interface Arrival {
  readonly totalBytes: number
  /** Bytes before this can be read. */
  readonly arrivedBytes: number
  /** `verified` = whole, and its hash is right. */
  readonly state: "arriving" | "verified" | "failed"
  /** Resolves at the next change of `arrivedBytes` or `state`. */
  changed(): Promise<void>
  /** Some of the bytes that have arrived, from `start` on and at least one; `end` is exclusive. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
  /** Counts a reader in; the returned function counts it out. */
  addReader(): () => void
}

/** The side of an {@link Arrival} that brings the bytes. */
export interface ArrivalSource {
  readonly arrival: Arrival
  advance(arrivedBytes: number): void
  finish(isVerified: boolean): void
}

/** Begins an arrival; `onReaders` is told how many readers there are whenever that changes. */
export const startArrival = (
  totalBytes: number,
  read: Arrival["read"],
  onReaders: (count: number) => void = () => {},
): ArrivalSource => {
  let arrivedBytes = 0
  let state: Arrival["state"] = "arriving"
  let readers = 0
  let announce = () => {}
  let change: Promise<void>
  const renew = () => {
    announce()
    change = new Promise((resolve) => (announce = resolve))
  }
  renew()
  return {
    arrival: {
      totalBytes,
      get arrivedBytes() {
        return arrivedBytes
      },
      get state() {
        return state
      },
      changed: () => change,
      read,
      addReader: () => {
        onReaders(++readers)
        return () => onReaders(--readers)
      },
    },
    advance: (bytes) => {
      arrivedBytes = Math.max(arrivedBytes, bytes)
      renew()
    },
    finish: (isVerified) => {
      if (state !== "arriving") return
      state = isVerified ? "verified" : "failed"
      renew()
    },
  }
}
