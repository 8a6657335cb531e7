import "livestore-filesync/components"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { boardName, openBoard } from "../../board/board.js"
import { App } from "./app.js"
import "../../board/board.css"

const board = await openBoard(boardName())
createRoot(document.querySelector("#app")!).render(
  <StrictMode>
    <App board={board} />
  </StrictMode>,
)
