/** A download that is being written to disk; readers follow it at their own pace and read from the disk. */
export interface InProgressDownload {
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

/** The writing side of an {@link InProgressDownload}. */
export interface DownloadSource {
  readonly download: InProgressDownload
  advance(arrivedBytes: number): void
  /** Only the first call counts. */
  finish(isVerified: boolean): void
}

/** Begins a download; `onReaders` gets the number of readers whenever it changes. */
export const startDownload = (
  totalBytes: number,
  read: InProgressDownload["read"],
  onReaders: (count: number) => void = () => {},
): DownloadSource => {
  let readers = 0
  let announce = () => {}
  let change: Promise<void>
  const renew = () => {
    announce()
    change = new Promise((resolve) => (announce = resolve))
  }
  renew()
  const download: { -readonly [Key in keyof InProgressDownload]: InProgressDownload[Key] } = {
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
    download,
    advance: (arrivedBytes) => {
      download.arrivedBytes = Math.max(download.arrivedBytes, arrivedBytes)
      renew()
    },
    finish: (isVerified) => {
      download.isVerified ??= isVerified
      renew()
    },
  }
}
