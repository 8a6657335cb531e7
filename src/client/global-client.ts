/** The public API that elements and pages import: the types, and the global engine. It imports no engine code. */
import type { FileSyncClient } from "../types/index.js"

export type * from "../types/index.js"

const globalKey = Symbol.for("livestore-filesync")
const providerKey = Symbol.for("livestore-filesync-provider")
const changeEvent = "livestore-filesync-change"

/**
 * Why there is no engine yet: another tab has the store and cannot share it, the store could not be opened, it is being
 * repaired, or this browser lets the page keep no files.
 */
export type FileSyncDelay = "other-tab" | "failed" | "healing" | "unsupported"

interface Provider {
  delay?: FileSyncDelay | undefined
  /** An element or the app asked for an engine. */
  isWanted: boolean
  /** Makes one; called once. */
  provide?: () => void
}

type GlobalSlot = { [globalKey]?: FileSyncClient | undefined; [providerKey]?: Provider }

const provider = (): Provider => ((globalThis as GlobalSlot)[providerKey] ??= { isWanted: false })

const want = (): void => {
  const { isWanted, provide } = provider()
  provider().isWanted = true
  if (!isWanted) provide?.()
}

/** Registers a function that creates the global engine on first use: how the script tag loads it late. */
export const provideFileSync = (provide: () => void): void => {
  provider().provide = provide
  if (provider().isWanted && getFileSync() === undefined) provide()
}

/** The global engine, or `undefined` before one was created. Two copies of this package share it. */
export const getFileSync = (): FileSyncClient | undefined => (globalThis as GlobalSlot)[globalKey]

/** Makes this engine the global one, or removes it; elements on the page switch over at once. */
export const setFileSync = (fileSync: FileSyncClient | undefined): void => {
  const slot = globalThis as GlobalSlot
  if (slot[globalKey] === fileSync) return
  slot[globalKey] = fileSync
  provider().delay = undefined
  globalThis.dispatchEvent?.(new Event(changeEvent))
}

/** Why there is no engine yet, as reported by the code that creates it. */
export const getFileSyncDelay = (): FileSyncDelay | undefined => provider().delay

/** Sets why there is no engine yet, so that elements can show it; notifies those who watch for the engine. */
export const setFileSyncDelay = (delay: FileSyncDelay | undefined): void => {
  if (provider().delay === delay) return
  provider().delay = delay
  globalThis.dispatchEvent?.(new Event(changeEvent))
}

/** Calls back with the present engine at once, with every later one, and when the reason why there is none changes. */
export const watchFileSync = (listener: (fileSync: FileSyncClient | undefined) => void): (() => void) => {
  const notify = () => listener(getFileSync())
  globalThis.addEventListener?.(changeEvent, notify)
  notify()
  if (getFileSync() === undefined) want()
  return () => globalThis.removeEventListener?.(changeEvent, notify)
}

/** The global engine, as soon as there is one. */
export const whenFileSync = (): Promise<FileSyncClient> =>
  new Promise((resolve) => {
    const present = getFileSync()
    if (present !== undefined) return resolve(present)
    const onChange = () => {
      const fileSync = getFileSync()
      if (fileSync === undefined) return
      globalThis.removeEventListener(changeEvent, onChange)
      resolve(fileSync)
    }
    globalThis.addEventListener(changeEvent, onChange)
    want()
  })
