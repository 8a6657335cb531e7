import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises"
import path from "node:path"
import { randomUUID } from "node:crypto"
import { Readable } from "node:stream"
import {
  diskFolder,
  diskName,
  diskPath,
  factsEnding,
  folderEnding,
  isPlainName,
  nameEnding,
  nameFile,
} from "./disk-layout.js"
import { readSpan } from "./disk-read.js"
import { FolderSync } from "./disk-sync.js"
import { isMissing, removeFile, writeVerified } from "./disk-write.js"
import { contentHashOfKey } from "./object-key.js"
import type { ObjectStorage, StoredObject, WriteFacts } from "./object-storage.js"
import { stagedMultipart, uploadsPrefix } from "./staged-multipart.js"

/** Objects a page of a listing holds. */
const pageSize = 1000

interface Facts {
  readonly mimeType: string
  readonly contentHash: string | undefined
}

/**
 * A store in a folder of this machine. An object is one plain file, so `sha256sum` can check it; its type is in a small
 * file beside it. Writes are verified and moved into place. One folder may serve several processes.
 */
export const diskStorage = (directory: string): ObjectStorage => {
  const root = path.join(path.resolve(directory), "objects")
  const temporaryFolder = path.join(path.resolve(directory), "tmp")
  mkdirSync(root, { recursive: true })
  mkdirSync(temporaryFolder, { recursive: true })

  const folders = new FolderSync(root)

  const base: Omit<ObjectStorage, "multipart"> = {
    name: "disk",

    head: async (key) => {
      try {
        const found = await stat(diskPath(root, key))
        return found.isFile() ? await describe(root, key, found) : undefined
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },

    read: async (key, span) => {
      let file: FileHandle | undefined
      try {
        file = await open(diskPath(root, key))
        const found = await file.stat()
        if (found.isFile()) {
          const object = await describe(root, key, found)
          return { object, body: await readSpan(file, span ?? { start: 0, end: object.sizeBytes - 1 }) }
        }
      } catch (error) {
        await file?.close()
        if (!isMissing(error)) throw error
        return undefined
      }
      await file.close()
      return undefined
    },

    write: async (key, body, facts) => {
      const target = diskPath(root, key)
      // A part is not promised to survive a power failure: the whole is checked and synced before it gets its name.
      const isSynced = !key.startsWith(uploadsPrefix)
      const result = await writeVerified(target, temporaryFolder, iterate(body), facts, {
        isSynced,
        beforePublish: async (folder) => {
          // Most folders are there: making one is tried when it is missing, or has to get its name beside it.
          if (folder === "missing" || !key.split("/").every(isPlainName)) {
            await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
            await nameFiles(root, key)
          }
          // Without facts an object has no type; with those of other bytes it would have a wrong hash.
          const mayBeOthers = !facts.onlyIfAbsent && contentHashOfKey(key) === undefined
          if (mayBeOthers) await removeFile(target + factsEnding)
        },
        // Only the write that won describes the object.
        afterPublish: async (contentHash, inode) => {
          await writeFacts(target, temporaryFolder, key, facts, { contentHash, isSynced })
          const isStillOurs = contentHashOfKey(key) !== undefined || (await inodeOf(target)) === inode
          if (!isStillOurs) await removeFile(target + factsEnding)
          if (isSynced) await folders.sync(path.dirname(target))
        },
      })
      // The writer that stored it may still be syncing, and "already there" promises as much as "stored".
      if (result.outcome === "already-there") await folders.sync(path.dirname(target))
      return result
    },

    remove: async (keys) => {
      for (const key of keys) {
        const target = diskPath(root, key)
        await removeFile(target)
        await removeFile(target + factsEnding)
        await removeFile(target + nameEnding)
        await removeEmptyFolders(root, path.dirname(target), (folder) => folders.forget(folder))
      }
    },

    list: async ({ prefix, cursor, startAfter, limit = pageSize }) => {
      const objects: Array<StoredObject> = []
      for await (const key of keysUnder(root, "", prefix, cursor ?? startAfter)) {
        if (objects.length === limit) return { objects, cursor: objects.at(-1)?.key }
        const object = await base.head(key)
        if (object !== undefined) objects.push(object)
      }
      return { objects, cursor: undefined }
    },
  }
  return { ...base, multipart: stagedMultipart(base) }
}

/**
 * Removes what writes left behind that were cut off by a crash. Call it when a server starts; where other processes use the
 * folder, with an age that no upload reaches.
 */
export const removeTemporaryFiles = (
  directory: string,
  { olderThanMs = 0 }: { readonly olderThanMs?: number } = {},
): void => {
  const temporaryFolder = path.join(path.resolve(directory), "tmp")
  if (!existsSync(temporaryFolder)) return
  for (const name of readdirSync(temporaryFolder)) {
    const file = path.join(temporaryFolder, name)
    const found = statSync(file, { throwIfNoEntry: false })
    if (found !== undefined && found.mtimeMs <= Date.now() - olderThanMs) rmSync(file, { force: true })
  }
}

const inodeOf = (target: string): Promise<number | undefined> =>
  stat(target).then(
    ({ ino }) => ino,
    () => undefined,
  )

const describe = async (
  root: string,
  key: string,
  found: { readonly size: number; readonly mtimeMs: number },
): Promise<StoredObject> => {
  const facts = await readFacts(diskPath(root, key))
  const contentHash = facts?.contentHash ?? contentHashOfKey(key)
  return {
    key,
    sizeBytes: found.size,
    contentHash,
    mimeType: facts?.mimeType ?? "application/octet-stream",
    etag: contentHash ?? `${found.size}-${found.mtimeMs}`,
    storedAtMs: found.mtimeMs,
  }
}

const readFacts = async (target: string): Promise<Facts | undefined> => {
  try {
    return JSON.parse(await readFile(target + factsEnding, "utf8")) as Facts
  } catch {
    // No facts are needed for plain bytes under their own hash; broken ones only cost the type.
    return undefined
  }
}

const writeFacts = async (
  target: string,
  temporaryFolder: string,
  key: string,
  { mimeType }: WriteFacts,
  { contentHash, isSynced }: { readonly contentHash: string; readonly isSynced: boolean },
): Promise<void> => {
  const isPlain = mimeType === "application/octet-stream" && contentHashOfKey(key) === contentHash
  if (isPlain) {
    // What replaced something else must not be described as that.
    await removeFile(target + factsEnding)
    return
  }
  const temporary = path.join(temporaryFolder, randomUUID())
  const text = JSON.stringify({ mimeType, contentHash } satisfies Facts)
  await writeFile(temporary, text, { mode: 0o600, flush: isSynced } as Parameters<typeof writeFile>[2])
  await rename(temporary, target + factsEnding)
}

/** Leaves the real name in every folder that could not have it, and beside every object that could not. */
const nameFiles = async (root: string, key: string): Promise<void> => {
  const segments = key.split("/").slice(0, -1)
  const last = key.slice(key.lastIndexOf("/") + 1)
  if (!isPlainName(last)) {
    await writeFile(diskPath(root, key) + nameEnding, last, { flag: "wx", mode: 0o600 }).catch(ignoreExisting)
  }
  for (const [index, segment] of segments.entries()) {
    if (isPlainName(segment)) continue
    const folder = diskFolder(root, segments.slice(0, index + 1))
    await writeFile(path.join(folder, nameFile), segment, { flag: "wx", mode: 0o600 }).catch(ignoreExisting)
  }
}

const ignoreExisting = (error: unknown): void => {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
}

/** A folder that holds its own name stays: removing the two at once is not possible. */
const removeEmptyFolders = async (
  root: string,
  folder: string,
  onRemoved: (folder: string) => void,
): Promise<void> => {
  for (let current = folder; current.startsWith(root + path.sep); current = path.dirname(current)) {
    try {
      await rmdir(current)
      onRemoved(current)
    } catch {
      // Something is in it.
      return
    }
  }
}

/** Keys in order, below a folder; folders that cannot hold the prefix or come before the cursor are not opened. */
async function* keysUnder(
  root: string,
  folderKey: string,
  prefix: string,
  cursor: string | undefined,
): AsyncGenerator<string, void, void> {
  const folder = diskFolder(root, folderKey.split("/").slice(0, -1))
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const children: Array<{ readonly key: string; readonly isFolder: boolean }> = []
  for (const entry of entries) {
    if (entry.name === nameFile || entry.name.endsWith(factsEnding) || entry.name.endsWith(nameEnding))
      continue
    const segment = await segmentOf(folder, entry.name, entry.isDirectory())
    if (segment === undefined) continue
    children.push({
      key: folderKey + segment + (entry.isDirectory() ? "/" : ""),
      isFolder: entry.isDirectory(),
    })
  }
  children.sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const { key, isFolder } of children) {
    if (isFolder) {
      const mayHold = key.startsWith(prefix) || prefix.startsWith(key)
      const isPast = cursor !== undefined && key < cursor && !cursor.startsWith(key)
      if (mayHold && !isPast) yield* keysUnder(root, key, prefix, cursor)
    } else if (key.startsWith(prefix) && (cursor === undefined || key > cursor)) {
      yield key
    }
  }
}

const segmentOf = async (folder: string, name: string, isFolder: boolean): Promise<string | undefined> => {
  const stem = isFolder ? name.slice(0, -folderEnding.length) : name
  if (!stem.startsWith("%")) return stem
  const file = isFolder ? path.join(folder, name, nameFile) : path.join(folder, name + nameEnding)
  const segment = await readFile(file, "utf8").catch(() => undefined)
  return segment !== undefined && diskName(segment) === stem ? segment : undefined
}

const iterate = (body: ReadableStream<Uint8Array> | Uint8Array): AsyncIterable<Uint8Array> =>
  body instanceof Uint8Array ? Readable.from([body]) : (body as unknown as AsyncIterable<Uint8Array>)
