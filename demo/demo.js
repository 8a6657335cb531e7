/** The demo page: loads the drop-in for the store in the address; the elements in the page show what that store has. */
import { keepStoreInLinks, loadDropIn, storeId } from "./drop-in.js"

document.querySelector("#store-name").textContent = storeId
keepStoreInLinks()
loadDropIn(() => {
  const note = document.querySelector("#note")
  note.textContent = "The engine could not be loaded. Is the server running?"
  note.hidden = false
})
