import { removeEntry } from "./store-folder.js"
import { hasSyncAccess, openSyncAccess, writeFully } from "./sync-access.js"

/** An append-only text file that stays open: an append costs about 0.01 ms, a file per entry 2 ms. */
interface OpenJournal {
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  truncate(): Promise<void>
  close(): Promise<void>
}

/** What an append needs of an open file. */
type AppendableFile = Pick<FileSystemSyncAccessHandle, "getSize" | "truncate" | "write">

/**
 * Appends bytes, or leaves the file as it was. A disk that is full takes what fits before it refuses the rest, and half
 * an entry without a newline would swallow the one that is written next.
 */
export const appendWhole = (file: AppendableFile, bytes: Uint8Array<ArrayBuffer>): void => {
  const sizeBytes = file.getSize()
  try {
    writeFully(file, bytes, sizeBytes)
  } catch (error) {
    try {
      file.truncate(sizeBytes)
    } catch {
      // Readers pass over half a line, and the next entry begins with a newline of its own.
    }
    throw error
  }
}

const openJournal = async (folder: FileSystemDirectoryHandle, name: string): Promise<OpenJournal> => {
  const handle = await folder.getFileHandle(name, { create: true })
  if (await hasSyncAccess()) {
    const access = await openSyncAccess(handle)
    return {
      append: async (bytes) => appendWhole(access, bytes),
      truncate: async () => access.truncate(0),
      close: async () => access.close(),
    }
  }
  return {
    append: async (bytes) => {
      const { size } = await handle.getFile()
      const writable = await handle.createWritable({ keepExistingData: true })
      await writable.write({ type: "write", position: size, data: bytes })
      await writable.close()
    },
    truncate: async () => {
      const writable = await handle.createWritable()
      await writable.close()
    },
    close: async () => undefined,
  }
}

/**
 * Ending of the file in which the browser keeps a file's new content while it is written without synchronous access.
 */
const swapSuffix = ".crswap"

/** Reads of a file that changes under them, which are then begun again. An entry takes 0.01 ms to write. */
const maxReads = 10

/** The text of a file that another tab may be writing: it changes under a read, and is away while it is swapped. */
const readText = async (
  folder: FileSystemDirectoryHandle,
  name: string,
  readsLeft = maxReads,
): Promise<string> => {
  try {
    return await (await (await folder.getFileHandle(name)).getFile()).text()
  } catch (error) {
    const mayHaveChanged =
      error instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(error.name)
    if (!mayHaveChanged || readsLeft <= 1) throw error
    return readText(folder, name, readsLeft - 1)
  }
}

/** The journals of a store: each tab appends to its own. */
export const makeJournals = (folder: FileSystemDirectoryHandle) => {
  const opened = new Map<string, Promise<OpenJournal>>()
  const open = (name: string) => {
    const known = opened.get(name)
    if (known !== undefined) return known
    const opening = openJournal(folder, name)
    opened.set(name, opening)
    opening.catch(() => opened.delete(name))
    return opening
  }
  return {
    append: async (name: string, lines: string) => {
      const journal = await open(name)
      // The newline ends what a failed append or a killed worker left behind.
      await journal.append(new TextEncoder().encode(`\n${lines}`))
    },
    truncate: async (name: string) => (await open(name)).truncate(),
    list: async () => {
      const names = new Set<string>()
      for await (const name of folder.keys())
        names.add(name.endsWith(swapSuffix) ? name.slice(0, -swapSuffix.length) : name)
      return [...names]
    },
    read: (name: string) => readText(folder, name),
    remove: async (name: string) => {
      const journal = await opened.get(name)
      opened.delete(name)
      await journal?.close()
      await removeEntry(folder, name)
    },
  }
}
