/** Content on its way to this device: readers follow it at their own pace, and the disk is their buffer. */
export interface Arrival {
  readonly totalBytes: number
  /** Bytes before this can be read. */
  readonly arrivedBytes: number
  /** `true` = whole, and its hash is right; `false` = it did not come or was wrong; `undefined` = on its way. */
  readonly isVerified: boolean | undefined
  /** Resolves at the next change of `arrivedBytes` or `isVerified`. */
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
  /** Only the first call counts. */
  finish(isVerified: boolean): void
}

/** Begins an arrival; `onReaders` is told how many readers there are whenever that changes. */
export const startArrival = (
  totalBytes: number,
  read: Arrival["read"],
  onReaders: (count: number) => void = () => {},
): ArrivalSource => {
  let readers = 0
  let announce = () => {}
  let change: Promise<void>
  const renew = () => {
    announce()
    change = new Promise((resolve) => (announce = resolve))
  }
  renew()
  const arrival: { -readonly [Key in keyof Arrival]: Arrival[Key] } = {
    totalBytes,
    arrivedBytes: 0,
    isVerified: undefined,
    changed: () => change,
    read,
    addReader: () => {
      onReaders(++readers)
      return () => onReaders(--readers)
    },
  }
  return {
    arrival,
    advance: (arrivedBytes) => {
      arrival.arrivedBytes = Math.max(arrival.arrivedBytes, arrivedBytes)
      renew()
    },
    finish: (isVerified) => {
      arrival.isVerified ??= isVerified
      renew()
    },
  }
}
