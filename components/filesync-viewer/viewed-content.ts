import type { FileRecord, FileSyncClient } from "../../src/client/global-client.js"
import { endingOf } from "../file-kinds.js"

/** How a file is shown. Pictures have an element of their own; what could run as a page is never opened. */
export type ContentKind = "image" | "video" | "audio" | "text" | "none"

/** Longer texts are not shown: they are for an editor. */
const maxTextBytes = 256_000

const textTypes = /^(text\/|application\/(json|xml|javascript|x-yaml|yaml|toml|x-sh|sql)\b)/

/** How a file is shown: by its type, or by its extension where the type is unknown. */
export const kindOf = ({ mimeType, name }: FileRecord): ContentKind => {
  const type = mimeType.toLowerCase()
  if (type.startsWith("image/")) return "image"
  if (type.startsWith("video/")) return "video"
  if (type.startsWith("audio/")) return "audio"
  const isPlain = type === "" || type === "application/octet-stream"
  if (textTypes.test(type) || (isPlain && /^(TXT|MD|CSV|JSON|LOG|YAML|YML)$/.test(endingOf(name))))
    return "text"
  return "none"
}

/** What is loaded of a file besides pictures. */
export interface ViewedContent {
  /** Of a video or sound; played by ranges, so that it begins before all of it is here. */
  readonly url?: string
  readonly text?: string
  readonly isCut?: boolean
}

/** Loads one file at a time and gives every URL back. */
export class ContentLoader {
  readonly #settled: () => void
  #key = ""
  #wasHere = false
  #abort = new AbortController()
  #url: { readonly engine: FileSyncClient; readonly url: string } | undefined
  content: ViewedContent | undefined
  error: unknown

  /** `settled` is called when a load has ended, well or not. */
  constructor(settled: () => void) {
    this.#settled = settled
  }

  /** Loads unless this very content is loaded or on its way; what failed is loaded when it `isHere` meanwhile. */
  load(engine: FileSyncClient, record: FileRecord, kind: ContentKind, isHere: boolean): void {
    const key = `${engine.storeId} ${record.id} ${record.contentHash}`
    const hasArrived = this.error !== undefined && isHere && !this.#wasHere
    if (key === this.#key && !hasArrived) return
    this.clear()
    this.#key = key
    this.#wasHere = isHere
    if (kind === "image" || kind === "none") return
    void this.#run(engine, record.id, kind, this.#abort)
  }

  clear(): void {
    this.#abort.abort()
    this.#abort = new AbortController()
    this.#key = ""
    this.content = undefined
    this.error = undefined
    try {
      if (this.#url !== undefined) this.#url.engine.releaseFileUrl(this.#url.url)
    } catch {
      // A disposed engine has released all its URLs already.
    }
    this.#url = undefined
  }

  async #run(
    engine: FileSyncClient,
    fileId: string,
    kind: ContentKind,
    { signal }: AbortController,
  ): Promise<void> {
    try {
      if (kind === "text") {
        const file = await engine.readFile(fileId, { signal })
        const text = await file.slice(0, maxTextBytes).text()
        if (!signal.aborted) this.content = { text, isCut: file.size > maxTextBytes }
      } else {
        const url = await engine.getFileUrl(fileId, { signal })
        if (signal.aborted) return engine.releaseFileUrl(url)
        this.#url = { engine, url }
        this.content = { url }
      }
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
    if (!signal.aborted) this.#settled()
  }
}
