/** Loads the drop-in for the store in the address, as a page would with a tag written by hand. */

/** `?storeId=x`; anything that could not be a folder name on every system falls back to `demo`. */
const storeIdFrom = (address) => {
  const asked = new URL(address).searchParams.get("storeId") ?? ""
  return /^[\w-]{1,64}$/.test(asked) ? asked : "demo"
}

/** The store this page shows. */
export const storeId = storeIdFrom(location.href)

const script = document.createElement("script")

/** Adds the script tag; `onError` is called when the script cannot be loaded. */
export const loadDropIn = (onError) => {
  script.type = "module"
  script.src = "/livestore-filesync/filesync.js"
  script.dataset.storeId = storeId
  script.dataset.remote = "/api"
  script.dataset.sync = "/sync"
  script.dataset.sw = "/sw.js"
  script.dataset.offline = String(isOffline())
  script.addEventListener("error", onError)
  document.head.append(script)
}

/** Survives a reload, as being offline does, and all tabs of this device share it. */
const offlineKey = `offline-${storeId}`

/** Whether this device acts as if it had no network. A page that may keep nothing begins online. */
export const isOffline = () => {
  try {
    return localStorage.getItem(offlineKey) === "true"
  } catch {
    return false
  }
}

/** Takes this device offline, or back. */
export const setOffline = (offline) => {
  script.dataset.offline = String(offline)
  localStorage.setItem(offlineKey, String(offline))
}

addEventListener("storage", ({ key }) => {
  if (key === offlineKey) script.dataset.offline = String(isOffline())
})

/** Makes the links to the demo's other pages stay with this store. */
export const keepStoreInLinks = () => {
  for (const link of document.querySelectorAll("a[data-same-store]")) link.search = location.search
}
