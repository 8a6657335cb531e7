import { hydrate as hydrateComponent } from "svelte"
import { render as renderComponent } from "svelte/server"
import Board from "./Board.svelte"

export const render = () => renderComponent(Board).body
export const hydrate = (target) => hydrateComponent(Board, { target })
