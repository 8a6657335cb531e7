import { createHash, randomUUID } from "node:crypto"
import { type FileHandle, link, open, rename, stat, unlink, utimes } from "node:fs/promises"
import path from "node:path"
import { StorageFailure, type WriteFacts, type WriteResult } from "./object-storage.js"

/** Bytes gathered before they go to the disk: small chunks cost a call each. */
const writeBufferBytes = 1024 ** 2

/**
 * Streams bytes into a temporary file, checks length and SHA-256, and moves it into place: a reader sees the whole or
 * nothing, also when the machine stops in between. `beforePublish` runs when the bytes are proved right; it prepares the
 * target's folder, and runs again with `"missing"` when there was none. `afterPublish` runs when this write won, and before the write is reported.
 */
export const writeVerified = async (
  target: string,
  temporaryFolder: string,
  body: AsyncIterable<Uint8Array>,
  facts: WriteFacts,
  {
    isSynced,
    beforePublish,
    afterPublish,
  }: {
    /** Whether the bytes have to be on the disk before they are published. */
    readonly isSynced: boolean
    readonly beforePublish: (folder: "expected" | "missing") => Promise<void>
    readonly afterPublish: (contentHash: string, inode: number) => Promise<void>
  },
): Promise<WriteResult> => {
  const temporary = path.join(temporaryFolder, randomUUID())
  try {
    if (facts.onlyIfAbsent && (await exists(target))) {
      // Saves a transfer; a race of two writers is decided below.
      await use(target)
      return { outcome: "already-there", etag: "" }
    }
    const { contentHash, inode } = await writeTemporary(temporary, body, facts, isSynced)
    const outcome = await retryWhileFolderVanishes(async (folder) => {
      await beforePublish(folder)
      return publish(temporary, target, facts.onlyIfAbsent)
    })
    if (outcome !== "already-there") await afterPublish(contentHash, inode)
    return { outcome, etag: contentHash }
  } catch (error) {
    throw toFailure(error)
  } finally {
    await removeFile(temporary)
  }
}

/** Removes a file that may be missing. `rm` with `force` looks at it first, which costs as much again. */
export const removeFile = async (file: string): Promise<void> => {
  try {
    await unlink(file)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** Whether an error says that there is no such file. */
export const isMissing = (error: unknown): boolean =>
  codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR"

const writeTemporary = async (
  temporary: string,
  body: AsyncIterable<Uint8Array>,
  facts: WriteFacts,
  isSynced: boolean,
): Promise<{ readonly contentHash: string; readonly inode: number }> => {
  const hash = createHash("sha256")
  const file = await open(temporary, "wx", 0o600)
  try {
    const writtenBytes = await copy(file, body, facts.sizeBytes, (chunk) => hash.update(chunk))
    if (writtenBytes !== facts.sizeBytes) {
      throw new StorageFailure("Truncated", `${writtenBytes} of ${facts.sizeBytes} bytes came`)
    }
    const contentHash = hash.digest("hex")
    if (facts.contentHash !== undefined && facts.contentHash !== contentHash) {
      throw new StorageFailure("DigestMismatch", "the bytes have another SHA-256")
    }
    if (isSynced) await file.datasync()
    return { contentHash, inode: (await file.stat()).ino }
  } finally {
    await file.close()
  }
}

const copy = async (
  file: FileHandle,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  onChunk: (chunk: Uint8Array) => void,
): Promise<number> => {
  let total = 0
  let waitingBytes = 0
  let waiting: Array<Uint8Array> = []
  const flush = async (): Promise<void> => {
    for (let rest = waiting; rest.length > 0; ) {
      const { bytesWritten } = await file.writev(rest)
      rest = dropBytes(rest, bytesWritten)
    }
    waiting = []
    waitingBytes = 0
  }
  for await (const chunk of readable(body)) {
    total += chunk.byteLength
    if (total > maxBytes) throw new StorageFailure("Truncated", "the body is longer than declared")
    onChunk(chunk)
    waiting.push(chunk)
    waitingBytes += chunk.byteLength
    if (waitingBytes >= writeBufferBytes) await flush()
  }
  await flush()
  return total
}

/** A short write leaves the tail of the list to be written again. */
const dropBytes = (chunks: ReadonlyArray<Uint8Array>, writtenBytes: number): Array<Uint8Array> => {
  let missing = writtenBytes
  return chunks.flatMap((chunk) => {
    const dropped = Math.min(missing, chunk.byteLength)
    missing -= dropped
    return dropped === chunk.byteLength ? [] : [chunk.subarray(dropped)]
  })
}

/** A body that breaks is the sender's failure, not the disk's. */
async function* readable(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body
  } catch (error) {
    throw new StorageFailure("Truncated", "the body broke off", { cause: error })
  }
}

const publish = async (
  temporary: string,
  target: string,
  onlyIfAbsent: boolean,
): Promise<WriteResult["outcome"]> => {
  if (!onlyIfAbsent) {
    const existed = await exists(target)
    await rename(temporary, target)
    return existed ? "replaced" : "created"
  }
  try {
    // A hard link fails when the name is taken, which a rename does not: two writers, one winner.
    await link(temporary, target)
    return "created"
  } catch (error) {
    if (codeOf(error) !== "EEXIST") {
      if (!noHardLinks.has(codeOf(error) ?? "")) throw error
      if (!(await exists(target))) {
        await rename(temporary, target)
        return "created"
      }
    }
    await use(target)
    return "already-there"
  }
}

/** A writer was answered "already there", so the object's grace period starts over. */
const use = async (target: string): Promise<void> => {
  const now = new Date()
  await utimes(target, now, now)
}

/** Error codes of file systems without hard links. */
const noHardLinks: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"])

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

/** Removing the last object of a folder removes the folder too, perhaps just before another request writes to it. */
const retryWhileFolderVanishes = async <A>(
  attempt: (folder: "expected" | "missing") => Promise<A>,
): Promise<A> => {
  for (let left = 10; ; left--) {
    try {
      return await attempt(left === 10 ? "expected" : "missing")
    } catch (error) {
      if (left === 0 || codeOf(error) !== "ENOENT") throw error
    }
  }
}

const toFailure = (error: unknown): unknown => {
  if (error instanceof StorageFailure) return error
  const code = codeOf(error)
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new StorageFailure("QuotaExceeded", "the disk is full", { cause: error })
  }
  if (code === "EMFILE" || code === "ENFILE" || code === "EBUSY") {
    return new StorageFailure("Unavailable", "the disk is busy", { cause: error })
  }
  return error
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code
