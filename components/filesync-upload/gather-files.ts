/** A file a person gave, and where it was in the folder they gave. */
export interface GatheredFile {
  readonly file: File
  /** Such as `holiday/beach.jpg`; empty outside folders. */
  readonly relativePath: string
}

/** What a drop, a paste or a picker gave. */
export interface Gathered {
  readonly files: ReadonlyArray<GatheredFile>
  /** Folders that were not opened, by name. */
  readonly refusedFolders: ReadonlyArray<string>
}

/** Whether a drag or a clipboard carries files. */
export const carriesFiles = (transfer: DataTransfer | null): boolean =>
  transfer?.types.includes("Files") ?? false

/** The files of an `<input type="file">`. */
export const gatherFromInput = (files: Iterable<File>): Gathered => ({
  files: Array.from(files, (file) => ({ file, relativePath: file.webkitRelativePath })),
  refusedFolders: [],
})

/**
 * The files of a drop or a paste; with `openFolders` also those in folders, however deep.
 * Must be called inside the event's own task: the browser empties the transfer after it.
 */
export const gatherFromTransfer = (transfer: DataTransfer, openFolders: boolean): Promise<Gathered> => {
  const files: Array<GatheredFile> = []
  const refusedFolders: Array<string> = []
  const folders: Array<FileSystemDirectoryEntry> = []
  for (const item of transfer.items) {
    if (item.kind !== "file") continue
    const entry = item.webkitGetAsEntry?.() ?? null
    if (entry?.isDirectory) {
      if (openFolders) folders.push(entry as FileSystemDirectoryEntry)
      else refusedFolders.push(entry.name)
      continue
    }
    const file = item.getAsFile()
    if (file !== null) files.push({ file, relativePath: "" })
  }
  // Scripted transfers may carry files without items.
  if (transfer.items.length === 0) files.push(...gatherFromInput(transfer.files).files)
  return openAll(folders, files).then(() => ({ files, refusedFolders }))
}

const openAll = async (
  folders: Array<FileSystemDirectoryEntry>,
  files: Array<GatheredFile>,
): Promise<void> => {
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of await entriesOf(folder)) {
      if (entry.isDirectory) folders.push(entry as FileSystemDirectoryEntry)
      else {
        const file = await fileOf(entry as FileSystemFileEntry)
        if (file !== undefined) files.push({ file, relativePath: entry.fullPath.replace(/^\//, "") })
      }
    }
  }
}

const entriesOf = async (folder: FileSystemDirectoryEntry): Promise<ReadonlyArray<FileSystemEntry>> => {
  const reader = folder.createReader()
  const entries: Array<FileSystemEntry> = []
  // The reader gives about a hundred at a time and an empty list at the end.
  for (;;) {
    const some = await new Promise<ReadonlyArray<FileSystemEntry>>((resolve) => {
      reader.readEntries(resolve, () => resolve([]))
    })
    if (some.length === 0) return entries
    entries.push(...some)
  }
}

/** A file that vanished or may not be read is left out: the others are not its hostages. */
const fileOf = (entry: FileSystemFileEntry): Promise<File | undefined> =>
  new Promise((resolve) => entry.file(resolve, () => resolve(undefined)))
