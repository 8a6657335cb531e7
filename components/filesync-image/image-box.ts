import type { FileRecord } from "../../src/client/global-client.js"
import type { SeenBox } from "../visibility.js"

/** What is known about a picture's size; each in CSS pixels, missing when unknown. */
export interface KnownSizes {
  /** The `width` and `height` attributes. */
  readonly asked: { readonly width?: number | undefined; readonly height?: number | undefined }
  /** The picture's own size: from the record's metadata, or from the decoded picture. */
  readonly own: { readonly width?: number | undefined; readonly height?: number | undefined }
}

/** The box to reserve; `undefined` where a size is not known. */
interface Box {
  readonly width: number | undefined
  /** Width divided by height. */
  readonly ratio: number | undefined
}

/** The box reserved for an image before it loads, by the rules of `<img>`: requested sizes first, then the image's own. */
const boxOf = ({ asked, own }: KnownSizes): Box => {
  const [width, height] = [length(asked.width), length(asked.height)]
  const [ownWidth, ownHeight] = [length(own.width), length(own.height)]
  const ownRatio = ownWidth !== undefined && ownHeight !== undefined ? ownWidth / ownHeight : undefined
  if (width !== undefined && height !== undefined) return { width, ratio: width / height }
  if (width !== undefined) return { width, ratio: ownRatio }
  if (height !== undefined) return { width: height * (ownRatio ?? 1), ratio: ownRatio ?? 1 }
  return { width: ownWidth, ratio: ownRatio }
}

/** That box for the element's own styles, and how the picture fills it. */
export const boxStyle = (sizes: KnownSizes, fit: string): string => {
  const { width, ratio } = boxOf(sizes)
  return `${width === undefined ? "" : `--_width:${width}px;`}${ratio === undefined ? "" : `--_ratio:${ratio};`}--_fit:${fit}`
}

/** A positive finite length from an untrusted value of a record's metadata or an attribute. */
export const length = (value: unknown): number | undefined => {
  const parsed = typeof value === "string" ? Number.parseFloat(value) : value
  return typeof parsed === "number" && Number.isFinite(parsed) && parsed > 0 ? parsed : undefined
}

/** The picture's size as its record says it. */
export const ownSizeOf = ({ metadata }: FileRecord): SeenBox | undefined => {
  const [width, height] = [length(metadata?.["width"]), length(metadata?.["height"])]
  return width === undefined || height === undefined ? undefined : { width, height }
}

const knownFits = new Map<unknown, boolean>()

/** Whether the browser takes this as CSS `object-fit`; asked once for each word, because a gallery asks all the time. */
export const isFit = (fit: string): boolean => {
  const known = knownFits.get(fit)
  if (known !== undefined) return known
  const answer = CSS.supports("object-fit", fit)
  knownFits.set(fit, answer)
  return answer
}
