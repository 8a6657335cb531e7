import "livestore-filesync/components"
import { boardName, openBoard } from "../../board/board.js"
import { makePhotoList } from "./photo-list.js"
import "../../board/board.css"

const board = await openBoard(boardName())

document.addEventListener("filesync-before-save", (event) => {
  event.commit = board.added
})

board.watch(
  makePhotoList(document.querySelector(".photos")!, document.querySelector<HTMLTemplateElement>("#photo")!, {
    rename: board.rename,
    remove: (photo) => void board.remove(photo),
  }),
)
