import { LiveRegionAnnouncer } from "../live-region-announcer.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { UploadItem } from "./upload-item.js"

/**
 * What a screen reader announces about an upload: one sentence when everything given is saved, one when everything is
 * uploaded, and nothing for the steps between.
 */
export class UploadAnnouncements {
  readonly #announcer: LiveRegionAnnouncer
  #savedBefore = 0
  #uploadedBefore = 0
  #count = 0

  /** `spoken` is called when the live region is to change. */
  constructor(spoken: () => void) {
    this.#announcer = new LiveRegionAnnouncer(spoken)
    this.#announcer.announce("", "")
  }

  /** The live region's present text. */
  get sentence(): string {
    return this.#announcer.sentence
  }

  /** Announces what has changed about these files. */
  follow(items: ReadonlyArray<UploadItem>, localize: LocalizeController): void {
    const here = items.filter(({ isOwn }) => isOwn)
    const saved = here.filter(({ phase }) => phase === "saved").length
    const failed = here.filter(({ phase }) => phase === "failed").length
    const uploaded = here.filter(({ transfer }) => transfer?.transfer === "done").length
    // Removed rows are not announced.
    this.#savedBefore = Math.min(this.#savedBefore, saved)
    this.#uploadedBefore = Math.min(this.#uploadedBefore, uploaded)
    if (saved > this.#savedBefore && saved + failed === here.length) {
      this.#say(localize.term("filesSaved", { count: saved - this.#savedBefore }))
      this.#savedBefore = saved
    }
    if (uploaded > this.#uploadedBefore && uploaded === saved) {
      this.#say(localize.term("filesUploaded", { count: uploaded - this.#uploadedBefore }))
      this.#uploadedBefore = uploaded
    }
  }

  #say(sentence: string): void {
    this.#announcer.announce(`${++this.#count}`, sentence)
  }
}
