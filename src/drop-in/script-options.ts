import { findTokens, type GetToken } from "./page-tokens.js"

/** The script tag's `data-` attributes, with defaults for the missing ones. */
export interface ScriptOptions {
  readonly storeId: string
  /** Base URL of the file protocol, or `undefined`: files stay on this device. */
  readonly remote: string | undefined
  /** URL of LiveStore's sync backend, or `undefined`: records stay on this device. */
  readonly sync: string | undefined
  /** Same-origin URL of the service worker script, or `undefined`: none. */
  readonly serviceWorker: string | undefined
  /** Gives the token for files and for sync, or `undefined`: no token is sent. */
  readonly getToken: GetToken | undefined
  /** The tag itself: a page may have a network switch on it. */
  readonly tag: HTMLElement | undefined
  /** Folder of this script: where its workers are. */
  readonly base: string
}

const defaultStoreId = "default"

/** Reads the `data-` attributes of the tag that loaded this module. */
export const readScriptOptions = (moduleUrl: string): ScriptOptions => {
  const name = new URL(moduleUrl).pathname
  const tags = document.querySelectorAll<HTMLScriptElement>("script[type=module][src]")
  // A module does not know its tag; it is the one whose URL this is.
  const tag =
    [...tags].find(({ src }) => src === moduleUrl) ??
    [...tags].find(({ src }) => new URL(src).pathname === name)
  const { storeId, remote, sync, sw, getToken, token } = tag?.dataset ?? {}
  const absolute = (url: string | undefined) =>
    url === undefined || url === "" ? undefined : new URL(url, document.baseURI).href
  return {
    storeId: storeId === undefined || storeId === "" ? defaultStoreId : storeId,
    remote: absolute(remote),
    sync: absolute(sync),
    serviceWorker: absolute(sw),
    // Read each time, since a script of the page may change it.
    getToken: findTokens(getToken, token === undefined ? undefined : () => tag?.dataset["token"]),
    tag,
    base: new URL(".", moduleUrl).href,
  }
}
