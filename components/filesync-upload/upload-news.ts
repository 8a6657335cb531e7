import type { LocalizeController } from "../localize/localize-controller.js"
import type { UploadItem } from "./upload-item.js"

/**
 * What a screen reader hears about an upload: one sentence when everything given is saved, one when everything is
 * uploaded, and nothing for the steps between.
 */
export class UploadNews {
  #savedBefore = 0
  #uploadedBefore = 0
  #sentence = ""

  /** The latest news about these rows. */
  sentence(items: ReadonlyArray<UploadItem>, localize: LocalizeController): string {
    const here = items.filter(({ plan }) => plan !== undefined)
    const saved = here.filter(({ phase }) => phase === "saved").length
    const failed = here.filter(({ phase }) => phase === "failed").length
    const uploaded = here.filter(({ transfer }) => transfer?.transfer === "done").length
    // Rows that went away are not news.
    this.#savedBefore = Math.min(this.#savedBefore, saved)
    this.#uploadedBefore = Math.min(this.#uploadedBefore, uploaded)
    if (saved > this.#savedBefore && saved + failed === here.length) {
      this.#sentence = localize.term("filesSaved", { count: saved - this.#savedBefore })
      this.#savedBefore = saved
    }
    if (uploaded > this.#uploadedBefore && uploaded === saved) {
      this.#sentence = localize.term("filesUploaded", { count: uploaded - this.#uploadedBefore })
      this.#uploadedBefore = uploaded
    }
    return this.#sentence
  }
}
