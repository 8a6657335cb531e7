import "livestore-filesync/components"
import { mount } from "svelte"
import { boardName, openBoard } from "../../board/board.js"
import App from "./App.svelte"
import "../../board/board.css"

mount(App, { target: document.querySelector("#app")!, props: { board: await openBoard(boardName()) } })
