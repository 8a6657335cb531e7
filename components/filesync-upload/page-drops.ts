import { carriesFiles } from "./gather-files.js"

/** What the page's drop guard needs of an upload element. */
export interface PageDropTarget {
  /** Whether a drop anywhere on the page is meant for this element now. */
  readonly takesPageDrops: () => boolean
  /** Files are held above the page, outside every other target. */
  readonly setOver: (over: boolean) => void
  readonly take: (event: DragEvent) => void
}

const targets = new Set<PageDropTarget>()

/**
 * Guards the page while an upload element is connected: a file that is dropped beside every target would otherwise make
 * the browser leave the page and show the file. Targets that take the whole page get such a drop; other targets,
 * also those of the app, and the browser's own file inputs keep theirs.
 */
export const guardPageDrops = (target: PageDropTarget): (() => void) => {
  if (targets.size === 0) {
    for (const type of guardedTypes) addEventListener(type, listenLast, true)
    addEventListener("dragleave", leave)
  }
  targets.add(target)
  return () => {
    targets.delete(target)
    target.setOver(false)
    if (targets.size > 0) return
    for (const type of guardedTypes) {
      removeEventListener(type, listenLast, true)
      removeEventListener(type, guard)
    }
    removeEventListener("dragleave", leave)
  }
}

const guardedTypes = ["dragenter", "dragover", "drop"] as const

// Registered again for every event, so that it runs after the app's listeners, which may want the files.
const listenLast = ({ type }: Event): void => {
  removeEventListener(type as "drop", guard)
  addEventListener(type as "drop", guard)
}

const guard = (event: DragEvent): void => {
  if (!carriesFiles(event.dataTransfer)) return
  const isMeantForOthers = event.defaultPrevented || event.composedPath().some(isFileInput)
  const target = isMeantForOthers ? undefined : [...targets].find(({ takesPageDrops }) => takesPageDrops())
  showOver(event.type === "drop" ? undefined : target)
  if (isMeantForOthers) return
  event.preventDefault()
  if (event.type === "drop") return target?.take(event)
  if (event.dataTransfer !== null) event.dataTransfer.dropEffect = target === undefined ? "none" : "copy"
}

/** Without a related target the pointer has left the window. */
const leave = (event: DragEvent): void => {
  if (event.relatedTarget === null) showOver(undefined)
}

const showOver = (target: PageDropTarget | undefined): void => {
  for (const one of targets) one.setOver(one === target)
}

const isFileInput = (at: EventTarget): boolean =>
  at instanceof HTMLInputElement && at.type === "file" && !at.disabled
