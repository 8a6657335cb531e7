import { _SHA256 as Sha256 } from "@noble/hashes/sha2.js"
import { toHex } from "../src/utils/content-hash.js"
import { withTable } from "./database.js"

/** Bytes kept in memory before they go to disk. */
const segmentBytes = 4 * 1024 * 1024

/** What a stopped worker left behind is removed after this time. */
const leftoverMs = 60 * 60 * 1000

/** The buffer of a download: pieces in IndexedDB, because a file that is being written cannot be read everywhere. */
export interface Segments {
  add(bytes: Uint8Array): Promise<void>
  /** Some of the bytes that were added, from `start` on and at least one. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
  /** Ends it: everything that was added, backed by disk when it is large, and its SHA-256 as hex. */
  finish(): { readonly bytes: Blob; readonly contentHash: string }
  /** Frees the disk; blobs already given stay readable. */
  discard(): Promise<unknown>
}

let sweep: Promise<unknown> | undefined

/** Begins an empty buffer. */
export const makeSegments = (): Segments => {
  // Entries with a time in the future were written before the device's clock was set back.
  sweep ??= Promise.all([
    remove([0], [Date.now() - leftoverMs]),
    remove([Date.now() + leftoverMs], [Number.POSITIVE_INFINITY]),
  ])
  const key = [Date.now(), Math.random()]
  const full: Array<Blob> = []
  const open = new Uint8Array(segmentBytes)
  let openBytes = 0
  // `crypto.subtle` wants all bytes at once. The class, for the library's function around it checks options of no use here.
  const hash = new Sha256()

  const close = async () => {
    hash.update(open)
    const at = [...key, full.length]
    let segment = new Blob([open])
    try {
      await withTable("readwrite", (table) => table.put(segment, at))
      segment = await withTable("readonly", (table) => table.get(at))
    } catch {
      // No room or no database: the browser keeps the blob as it can.
    }
    full.push(segment)
    openBytes = 0
  }

  return {
    add: async (bytes) => {
      for (let offset = 0; offset < bytes.length; ) {
        const piece = bytes.subarray(offset, offset + segmentBytes - openBytes)
        open.set(piece, openBytes)
        openBytes += piece.length
        offset += piece.length
        if (openBytes === segmentBytes) await close()
      }
    },
    read: async (start, end) => {
      const index = Math.floor(start / segmentBytes)
      const from = start - index * segmentBytes
      const to = end - index * segmentBytes
      return full[index] === undefined
        ? open.slice(from, to)
        : new Uint8Array(await full[index].slice(from, to).arrayBuffer())
    },
    finish: () => {
      const last = open.subarray(0, openBytes)
      return { bytes: new Blob([...full, last]), contentHash: toHex(hash.update(last).digest()) }
    },
    // In keys, a list comes after every number.
    discard: () => remove(key, [...key, []]),
  }
}

const remove = (from: IDBValidKey, to: IDBValidKey): Promise<unknown> =>
  withTable("readwrite", (table) => table.delete(IDBKeyRange.bound(from, to))).catch(() => {})
