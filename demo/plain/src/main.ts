import "livestore-filesync/components"
import { boardName, openBoard, photoOf } from "../../board/board.js"
import { makePhotoList } from "./photo-list.js"
import "../../board/board.css"

// Before the board opens: what is dropped until then is saved as soon as there is an engine.
document.addEventListener("filesync-before-save", (event) => {
  event.commit = photoOf
})

const board = await openBoard(boardName())

board.watch(
  makePhotoList(document.querySelector(".photos")!, document.querySelector<HTMLTemplateElement>("#photo")!, {
    rename: board.rename,
    remove: (photo) => void board.remove(photo),
  }),
)
