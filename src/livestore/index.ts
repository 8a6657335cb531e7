export { steadySync } from "./steady-sync.js"
