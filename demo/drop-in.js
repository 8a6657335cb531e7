/** Loads the drop-in for the store in the address, as a page would with a tag written by hand. */

/** `?storeId=x`; anything that could not be a folder name on every system falls back to `demo`. */
const storeIdFrom = (address) => {
  const asked = new URL(address).searchParams.get("storeId") ?? ""
  return /^[\w-]{1,64}$/.test(asked) ? asked : "demo"
}

/** The store this page shows. */
export const storeId = storeIdFrom(location.href)

/** Adds the script tag; `onError` is called when the script cannot be loaded. */
export const loadDropIn = (onError) => {
  const script = document.createElement("script")
  script.type = "module"
  script.src = "/livestore-filesync/filesync.js"
  script.dataset.storeId = storeId
  script.dataset.remote = "/api"
  script.dataset.sync = "/sync"
  script.dataset.sw = "/sw.js"
  script.addEventListener("error", onError)
  document.head.append(script)
}

/** Makes the links to the demo's other pages stay with this store. */
export const keepStoreInLinks = () => {
  for (const link of document.querySelectorAll("a[data-same-store]")) link.search = location.search
}
