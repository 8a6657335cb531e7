import type { ScriptOptions } from "./script-options.js"

/** What the engine is made with. */
export interface EngineOptions extends ScriptOptions {
  /** The page's own switch, or `undefined`: only the browser says whether there is a network. */
  readonly network: NetworkSwitch | undefined
}

/** What a page's script tag says about the network with `data-offline`. */
export interface NetworkSwitch {
  /** Whether the page acts as if it had no network. */
  readonly isOff: () => boolean
  /** Calls back after each change, for as long as the page lives. */
  readonly onChange: (listener: () => void) => void
}

/** The message that a page posts to the worker that syncs its store, at each change. */
export interface NetworkNews {
  readonly isOff: boolean
}

/** The channel to the worker that syncs a store, which runs in one of the store's pages. */
export const openNetworkChannel = (storeId: string): BroadcastChannel =>
  new BroadcastChannel(`livestore-filesync:${storeId}:network`)

/** The switch of a script tag, or `undefined` when it has none: then nothing is watched or replaced. */
export const findNetworkSwitch = (tag: HTMLElement | undefined): NetworkSwitch | undefined => {
  if (tag?.dataset["offline"] === undefined) return undefined
  const isOff = () => tag.dataset["offline"] === "true"
  return {
    isOff,
    onChange: (listener) => {
      let before = isOff()
      new MutationObserver(() => {
        if (isOff() === before) return
        before = isOff()
        listener()
      }).observe(tag, { attributes: true, attributeFilter: ["data-offline"] })
    },
  }
}
