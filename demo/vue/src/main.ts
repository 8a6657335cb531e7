import "livestore-filesync/components"
import { createApp } from "vue"
import { boardName, openBoard } from "../../board/board.js"
import App from "./App.vue"
import "../../board/board.css"

createApp(App, { board: await openBoard(boardName()) }).mount("#app")
