/** The inspector on a page of its own, looking at the same store as the demo. */
import { keepStoreInLinks, loadDropIn, storeId } from "./drop-in.js"

document.querySelector("#store-name").textContent = storeId
keepStoreInLinks()
loadDropIn(() => {
  document.querySelector("#note").textContent = "The engine could not be loaded. Is the server running?"
  document.querySelector("#note").hidden = false
})
