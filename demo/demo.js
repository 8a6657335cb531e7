/** The demo page: loads the drop-in for the store in the address, and shows whatever that store has. */
import { keepStoreInLinks, loadDropIn, storeId } from "./drop-in.js"
import { showFiles } from "./file-list.js"

const engineKey = Symbol.for("livestore-filesync")

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

document.querySelector("#store-name").textContent = storeId
globalThis.addEventListener("livestore-filesync-change", followEngine)
followEngine()
keepStoreInLinks()
loadDropIn(() => note("The engine could not be loaded. Is the server running?"))
