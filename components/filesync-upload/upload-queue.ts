import type { FileSyncClient, Unsubscribe } from "../../src/client/global-client.js"
import { watchEngine } from "../engine-watchers.js"
import { setWaitingSaves } from "../waiting-saves.js"
import { isLarge, nextBatch, saveable, saveTogether, sumOf } from "./save-batches.js"
import { UnloadGuard } from "./unload-guard.js"
import { UploadFollowers } from "./upload-followers.js"
import { type SavePlan, UploadItem } from "./upload-item.js"

/** Large files saved at once; hashing and writing share one worker, so more would only cost memory. */
const maxConcurrentLarge = 2

/** Callbacks of an upload element, called by its queue. */
export interface UploadQueueListener {
  /** Other files, or other phases. */
  changed(): void
  /** Progress of a file; called often. */
  moved(): void
  /** These files are on this device and their records are committed. */
  saved(items: ReadonlyArray<UploadItem>): void
  failed(item: UploadItem): void
}

/**
 * The files a person gave to one upload element, from picked to uploaded. It belongs to no node: files handed over
 * before there is an engine, or by an element that has left the page, are saved all the same.
 */
export class UploadQueue {
  readonly #listener: UploadQueueListener
  #items: ReadonlyArray<UploadItem> = []
  #engine: FileSyncClient | undefined
  #unwatch: Unsubscribe | undefined
  readonly #followers: UploadFollowers
  #attached = false
  #runningLarge = 0
  #isBatchRunning = false
  readonly #unloadGuard = new UnloadGuard()

  constructor(listener: UploadQueueListener) {
    this.#listener = listener
    this.#followers = new UploadFollowers(() => listener.moved())
  }

  get items(): ReadonlyArray<UploadItem> {
    return this.#items
  }

  /** The element is on the page: follow the engine and the files' uploads. */
  attach(): void {
    this.#attached = true
    this.#watch()
    for (const item of this.#items) this.#follow(item)
  }

  /** The element has left: keep nothing but what is not saved yet. */
  detach(): void {
    this.#attached = false
    this.#followers.unfollowAll()
    this.#unwatchWhenDone()
  }

  add(plans: Iterable<SavePlan>): void {
    const added = Array.from(plans, (plan) => new UploadItem(plan))
    if (added.length === 0) return
    this.#items = [...this.#items, ...added]
    this.#watch()
    this.#pump()
    this.#listener.changed()
  }

  /** Shows files that were saved before, such as those of a restored form. */
  restore(items: Iterable<UploadItem>): void {
    this.clear()
    this.#items = [...items]
    for (const item of this.#items) this.#follow(item)
    this.#listener.changed()
  }

  /** Undoes the upload: a running save is aborted, and a saved file is deleted on every device. */
  cancel(item: UploadItem): void {
    if (item.phase === "saved") this.deleteFile(item)
    this.remove(item)
  }

  retry(item: UploadItem): void {
    if (item.phase === "saved") return this.#order(item, (engine, fileId) => engine.retry(fileId))
    if (item.phase !== "failed") return
    item.abort = new AbortController()
    item.error = undefined
    this.#set([item], "waiting")
    this.#watch()
    this.#pump()
    this.#listener.changed()
  }

  /** Removes the row; a running save is aborted, a saved file stays in the store. */
  remove(item: UploadItem): void {
    item.abort.abort()
    this.#followers.unfollow(item)
    this.#items = this.#items.filter((other) => other !== item)
    this.#unwatchWhenDone()
    this.#listener.changed()
  }

  clear(): void {
    for (const item of this.#items) {
      item.abort.abort()
      this.#followers.unfollow(item)
    }
    this.#items = []
    this.#unwatchWhenDone()
    this.#listener.changed()
  }

  /** Deletes a saved file's record on every device. */
  deleteFile(item: UploadItem): void {
    this.#order(item, (engine, fileId) => engine.deleteFile(fileId))
  }

  #watch(): void {
    this.#unwatch ??= watchEngine((engine) => {
      if (engine === this.#engine) return
      this.#engine = engine
      for (const item of this.#items) this.#follow(item)
      this.#pump()
    })
    // The first call of the watcher comes before `#unwatch` is set.
    this.#pump()
  }

  #unwatchWhenDone(): void {
    const isAtRisk = this.#items.some((item) => item.isAtRisk)
    this.#unloadGuard.set(isAtRisk)
    setWaitingSaves(this, sumOf(this.#items.filter(({ phase }) => phase === "waiting")))
    if (this.#attached || isAtRisk) return
    this.#unwatch?.()
    this.#unwatch = undefined
    this.#engine = undefined
  }

  /**
   * Starts what can start: one batch of small files at a time, and large files beside it.
   */
  #pump(): void {
    this.#unwatchWhenDone()
    const engine = this.#engine
    if (engine === undefined) return
    if (!this.#isBatchRunning) {
      const batch = nextBatch(this.#items)
      this.#isBatchRunning = batch.length > 0
      this.#start(engine, batch, () => (this.#isBatchRunning = false))
    }
    while (this.#runningLarge < maxConcurrentLarge) {
      const large = this.#items.find((item) => item.phase === "waiting" && isLarge(item))
      if (large === undefined) return
      this.#runningLarge++
      this.#start(engine, [large], () => this.#runningLarge--)
    }
  }

  #start(engine: FileSyncClient, batch: ReadonlyArray<UploadItem>, ended: () => void): void {
    if (batch.length === 0) return
    this.#set(batch, "saving")
    this.#listener.changed()
    void this.#save(engine, batch).finally(() => {
      ended()
      this.#pump()
    })
  }

  async #save(engine: FileSyncClient, batch: ReadonlyArray<UploadItem>): Promise<void> {
    if (batch.length > 1) {
      try {
        this.#areSaved(engine, batch, await saveTogether(engine, batch))
        return
      } catch {
        // One bad file fails the whole commit; saved one by one, the good ones succeed and the bad one shows its error.
      }
    }
    for (const item of batch) await this.#saveAlone(engine, item)
  }

  async #saveAlone(engine: FileSyncClient, item: UploadItem): Promise<void> {
    const { plan } = item
    if (plan === undefined || item.abort.signal.aborted) return
    try {
      const { file, ...about } = saveable(plan)
      const fileId = await engine.saveFile(file, {
        ...about,
        ...(plan.commit === undefined ? {} : { commit: plan.commit }),
        signal: item.abort.signal,
        onProgress: (loadedBytes) => {
          item.savedBytes = loadedBytes
          item.version++
          this.#listener.moved()
        },
      })
      this.#areSaved(engine, [item], [fileId])
    } catch (error) {
      if (item.abort.signal.aborted) return
      item.error = error
      this.#set([item], "failed")
      this.#listener.changed()
      this.#listener.failed(item)
    }
  }

  #areSaved(engine: FileSyncClient, batch: ReadonlyArray<UploadItem>, fileIds: ReadonlyArray<string>): void {
    const saved = batch.filter((item, at) => {
      const fileId = fileIds[at]
      if (fileId === undefined) return false
      // Cancelled too late to stop the commit, so the record is deleted again.
      if (item.abort.signal.aborted) {
        void engine.deleteFile(fileId).catch(() => {})
        return false
      }
      item.fileId = fileId
      item.savedBytes = item.sizeBytes
      this.#set([item], "saved")
      this.#follow(item)
      return true
    })
    if (saved.length > 0) this.#listener.saved(saved)
  }

  #follow(item: UploadItem): void {
    this.#followers.follow(this.#attached ? this.#engine : undefined, item)
  }

  #order(item: UploadItem, order: (engine: FileSyncClient, fileId: string) => Promise<unknown>): void {
    const { fileId } = item
    if (this.#engine === undefined || fileId === undefined) return
    try {
      // A failure shows in the file's state.
      order(this.#engine, fileId).catch(() => {})
    } catch {
      // A disposed engine does nothing more.
    }
  }

  #set(items: ReadonlyArray<UploadItem>, phase: UploadItem["phase"]): void {
    for (const item of items) {
      item.phase = phase
      item.version++
    }
  }
}
