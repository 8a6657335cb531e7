/** The demo page: loads the drop-in for the store in the address; the elements in the page show what that store has. */
import { watchDevice } from "./device.js"
import { keepStoreInLinks, loadDropIn, storeId } from "./drop-in.js"
import { showPlaces } from "./places.js"
import { followFirst, isSecond } from "./second-device.js"

const sayThatItFailed = () => {
  const note = document.querySelector("#note")
  note.textContent = "The engine could not be loaded. Is the server running?"
  note.hidden = false
}

document.querySelector("#store-name").textContent = storeId
document.documentElement.classList.toggle("second", isSecond)
document.querySelector("filesync-upload").toggleAttribute("compact", isSecond)
keepStoreInLinks()
loadDropIn(sayThatItFailed)
// Said once, by the script tag.
void (isSecond ? followFirst(watchDevice) : showPlaces()).catch(() => {})
