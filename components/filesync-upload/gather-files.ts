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
  /** Files and folders inside dropped folders that could not be read, by name. */
  readonly unreadable: ReadonlyArray<string>
}

/** Concurrent reads: enough to keep a disk or a network folder busy; more would only take memory. */
const maxConcurrentReads = 32
/** Least time between two counts: a person reads only a few a second. */
const countEveryMs = 100

/** Files that systems leave in folders for themselves. */
const hidden = /^(\.DS_Store|Thumbs\.db|ehthumbs\.db|desktop\.ini|\._.*)$/i

/** Whether a drag or a clipboard carries files. */
export const carriesFiles = (transfer: DataTransfer | null): boolean =>
  transfer?.types.includes("Files") ?? false

/** The files of an `<input type="file">`; of a folder without those that its system hides. */
export const gatherFromInput = (files: Iterable<File>): Gathered => ({
  files: Array.from(files, (file) => ({ file, relativePath: file.webkitRelativePath ?? "" })).filter(
    ({ file, relativePath }) => relativePath === "" || !hidden.test(file.name),
  ),
  refusedFolders: [],
  unreadable: [],
})

/**
 * The files of a drop or a paste; with `openFolders` also those in folders, however deep, in the folders' order.
 * `found` is called with the number of files while folders are being opened.
 * Must be called inside the event's own task: the browser empties the transfer after it.
 */
export const gatherFromTransfer = (
  transfer: DataTransfer,
  openFolders: boolean,
  found: (count: number) => void = () => {},
): Promise<Gathered> => {
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
  if (folders.length === 0) return Promise.resolve({ files, refusedFolders, unreadable: [] })
  return new FolderReader(found).readAll(folders).then(({ files: inFolders, unreadable }) => ({
    files: [...files, ...inFolders],
    refusedFolders,
    unreadable,
  }))
}

/** Reads folders with many reads at once. */
class FolderReader {
  readonly #found: (count: number) => void
  readonly #unreadable: Array<string> = []
  readonly #waiting: Array<() => void> = []
  #running = 0
  #count = 0
  #countedAt = 0

  constructor(found: (count: number) => void) {
    this.#found = found
  }

  async readAll(
    folders: ReadonlyArray<FileSystemDirectoryEntry>,
  ): Promise<Pick<Gathered, "files" | "unreadable">> {
    this.#found(0)
    const files = await Promise.all(folders.map((folder) => this.#readFolder(folder)))
    return { files: files.flat(), unreadable: this.#unreadable }
  }

  async #readFolder(folder: FileSystemDirectoryEntry): Promise<ReadonlyArray<GatheredFile>> {
    const entries = await this.#inTurn(() => entriesOf(folder))
    if (!entries.isComplete) this.#unreadable.push(folder.name)
    const files = await Promise.all([
      ...entries.found.filter(isFile).map((entry) => this.#readFile(entry)),
      ...entries.found.filter(isFolder).map((entry) => this.#readFolder(entry)),
    ])
    return files.flat()
  }

  async #readFile(entry: FileSystemFileEntry): Promise<ReadonlyArray<GatheredFile>> {
    if (hidden.test(entry.name)) return []
    const file = await this.#inTurn(() => fileOf(entry))
    if (file === undefined) {
      // An entry that cannot be read does not stop the others.
      this.#unreadable.push(entry.name)
      return []
    }
    this.#count++
    if (performance.now() - this.#countedAt > countEveryMs) {
      this.#countedAt = performance.now()
      this.#found(this.#count)
    }
    return [{ file, relativePath: entry.fullPath.replace(/^\//, "") }]
  }

  async #inTurn<Result>(read: () => Promise<Result>): Promise<Result> {
    if (this.#running >= maxConcurrentReads)
      await new Promise<void>((resolve) => this.#waiting.push(() => resolve()))
    this.#running++
    try {
      return await read()
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => !entry.isDirectory

const entriesOf = async (
  folder: FileSystemDirectoryEntry,
): Promise<{ readonly found: ReadonlyArray<FileSystemEntry>; readonly isComplete: boolean }> => {
  const reader = folder.createReader()
  const found: Array<FileSystemEntry> = []
  // The reader gives about a hundred at a time and an empty list at the end.
  for (;;) {
    const some = await new Promise<ReadonlyArray<FileSystemEntry> | undefined>((resolve) => {
      reader.readEntries(resolve, () => resolve(undefined))
    })
    if (some === undefined || some.length === 0) return { found, isComplete: some !== undefined }
    found.push(...some)
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File | undefined> =>
  new Promise((resolve) => entry.file(resolve, () => resolve(undefined)))
