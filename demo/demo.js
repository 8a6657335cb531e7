/** The demo page: loads the drop-in for the store in the address, and shows whatever that store has. */
import { showFiles } from "./file-list.js"

const engineKey = Symbol.for("livestore-filesync")

/** `?storeId=x`; anything that could not be a folder name on every system falls back to `demo`. */
const storeIdFrom = (address) => {
  const asked = new URL(address).searchParams.get("storeId") ?? ""
  return /^[\w-]{1,64}$/.test(asked) ? asked : "demo"
}

/** The same tag a page would write by hand, but for the store's name. */
const loadDropIn = (storeId) => {
  const script = document.createElement("script")
  script.type = "module"
  script.src = "/livestore-filesync/filesync.js"
  script.dataset.storeId = storeId
  script.dataset.remote = "/api"
  script.dataset.sync = "/sync"
  script.dataset.sw = "/sw.js"
  script.addEventListener("error", () => note("The engine could not be loaded. Is the server running?"))
  document.head.append(script)
}

const note = (text) => {
  const place = document.querySelector("#note")
  place.textContent = text
  place.hidden = text === ""
}

let stopShowing = () => {}
const followEngine = () => {
  stopShowing()
  const engine = globalThis[engineKey]
  stopShowing = engine === undefined ? () => {} : showFiles(engine, note)
}

const storeId = storeIdFrom(location.href)
document.querySelector("#store-name").textContent = storeId
globalThis.addEventListener("livestore-filesync-change", followEngine)
followEngine()
loadDropIn(storeId)
