import { uploadedMarkersFolderName } from "../../src/service-worker/protocol.js"
import { openFolder } from "../stored-file.js"

/** An unfinished multipart upload. */
export interface BegunParts {
  readonly uploadId: string
  readonly partBytes: number
}

/** A content that was saved here and is not known to be at the remote. */
export interface UnsentContent {
  readonly contentHash: string
  readonly mimeType: string
  readonly parts?: BegunParts | undefined
}

/** A line of the engine's journal, as far as it matters here. */
interface JournalLine extends UnsentContent, BegunParts {
  readonly type: string
  readonly id: string
}

/** Replays the journals of all tabs: what was saved and not acknowledged, less what is marked as uploaded, each content once. */
export const readOutbox = async (storeFolder: string): Promise<ReadonlyArray<UnsentContent>> => {
  const open = new Map<string, JournalLine>()
  const parts = new Map<string, BegunParts>()
  for (const file of await filesIn([storeFolder, "outbox"])) {
    const text = await file.getFile().then(
      (journal) => journal.text(),
      () => "", // A page has just emptied it.
    )
    for (const line of text.split("\n")) {
      const entry = parseLine(line)
      if (!entry) continue
      const key = `${entry.id} ${entry.contentHash}`
      if (entry.type === "save") open.set(key, entry)
      if (entry.type === "settled") open.delete(key)
      if (entry.type === "multipart") parts.set(entry.contentHash, entry)
      if (entry.type === "multipart-ended") parts.delete(entry.contentHash)
    }
  }
  const unsent = new Map<string, UnsentContent>()
  for (const { contentHash, mimeType } of open.values())
    unsent.set(contentHash, { contentHash, mimeType, parts: parts.get(contentHash) })
  for (const { name } of await filesIn([storeFolder, uploadedMarkersFolderName])) unsent.delete(name)
  return [...unsent.values()]
}

/** A torn last line (killed while writing) belongs to a save that never resolved; it is dropped. */
const parseLine = (line: string): JournalLine | undefined => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const filesIn = async (path: ReadonlyArray<string>): Promise<ReadonlyArray<FileSystemFileHandle>> => {
  const files: Array<FileSystemFileHandle> = []
  try {
    for await (const handle of (await openFolder(path, false)).values())
      if (handle.kind === "file") files.push(handle as FileSystemFileHandle)
  } catch {
    // There is no such folder.
  }
  return files
}
