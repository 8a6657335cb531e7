import { open } from "node:fs/promises"
import path from "node:path"

/** Error codes of systems that cannot sync a folder. */
const notPossible: ReadonlySet<string> = new Set(["EINVAL", "EPERM", "EISDIR", "EACCES", "ENOTSUP"])

/**
 * Makes names durable: a file is there for good only when the folder that names it was synced too, and so is a new folder.
 * Writers that come while a folder is being synced share the next sync.
 */
export class FolderSync {
  readonly #root: string
  readonly #known = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()
  readonly #next = new Map<string, Promise<void>>()

  constructor(root: string) {
    this.#root = root
  }

  /** Resolves when every name in the folder, and its own, is on the disk. */
  async sync(folder: string): Promise<void> {
    await this.#share(folder)
    if (this.#known.has(folder)) return
    for (let above = path.dirname(folder); above.startsWith(this.#root); above = path.dirname(above)) {
      await this.#share(above)
    }
    this.#known.add(folder)
  }

  /** The folder was removed; one that is created in its place has to be synced itself. */
  forget(folder: string): void {
    this.#known.delete(folder)
  }

  #share(folder: string): Promise<void> {
    const running = this.#running.get(folder)
    if (running === undefined) return this.#start(folder)
    // The one that runs may have begun before the caller's name was written.
    const next =
      this.#next.get(folder) ??
      running
        .catch(() => undefined)
        .then(() => {
          this.#next.delete(folder)
          return this.#start(folder)
        })
    this.#next.set(folder, next)
    return next
  }

  #start(folder: string): Promise<void> {
    const running = syncFolder(folder).finally(() => {
      if (this.#running.get(folder) === running) this.#running.delete(folder)
    })
    this.#running.set(folder, running)
    return running
  }
}

const syncFolder = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException
    // The folder is gone meanwhile, and with it everything that was to be made durable.
    if (code !== "ENOENT" && !notPossible.has(code)) throw error
  }
}
