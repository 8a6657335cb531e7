import type { FileSyncClient, Unsubscribe } from "../../src/client/global-client.js"
import type { UploadItem } from "./upload-item.js"

/** Subscriptions to the files of a list, each until its file can change no more. */
export class UploadFollowers {
  readonly #moved: () => void
  readonly #following = new Map<UploadItem, Unsubscribe>()

  /** `moved` is called after each change of a file. */
  constructor(moved: () => void) {
    this.#moved = moved
  }

  /** Follows a file that is saved, in place of an earlier subscription. */
  follow(engine: FileSyncClient | undefined, item: UploadItem): void {
    this.unfollow(item)
    const { fileId } = item
    if (engine === undefined || fileId === undefined) return
    const read = () => {
      try {
        const state = engine.getFileState(fileId)
        const record = item.plan === undefined ? engine.getFile(fileId) : undefined
        if (record !== undefined) item.describe(record)
        item.follow(state, performance.now())
        // An uploaded file does not change any more: ten thousand rows must not hold ten thousand subscriptions.
        if (state.remote && state.transfer === "done") this.unfollow(item)
      } catch {
        // A disposed engine gives no notifications; the row keeps its last state.
      }
      this.#moved()
    }
    try {
      this.#following.set(item, engine.subscribeFile(fileId, read))
    } catch {
      return
    }
    read()
  }

  unfollow(item: UploadItem): void {
    this.#following.get(item)?.()
    this.#following.delete(item)
  }

  unfollowAll(): void {
    for (const item of [...this.#following.keys()]) this.unfollow(item)
  }
}
