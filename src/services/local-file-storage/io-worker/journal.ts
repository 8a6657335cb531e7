import { removeEntry } from "./store-folder.js"
import { hasSyncAccess, openSyncAccess, writeFully } from "./sync-access.js"

/** An append-only text file that stays open: an append costs about 0.01 ms, a file per entry 2 ms. */
interface OpenJournal {
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  truncate(): Promise<void>
  close(): Promise<void>
}

const openJournal = async (folder: FileSystemDirectoryHandle, name: string): Promise<OpenJournal> => {
  const handle = await folder.getFileHandle(name, { create: true })
  if (await hasSyncAccess()) {
    const access = await openSyncAccess(handle)
    return {
      append: async (bytes) => writeFully(access, bytes, access.getSize()),
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
      await journal.append(new TextEncoder().encode(lines))
    },
    truncate: async (name: string) => (await open(name)).truncate(),
    list: async () => {
      const names: string[] = []
      for await (const name of folder.keys()) names.push(name)
      return names
    },
    read: async (name: string) => {
      const handle = await folder.getFileHandle(name)
      return (await handle.getFile()).text()
    },
    remove: async (name: string) => {
      const journal = await opened.get(name)
      opened.delete(name)
      await journal?.close()
      await removeEntry(folder, name)
    },
  }
}
