/** The script-tag drop-in: elements and engine, each loaded on first use. */
import { autoloadElements } from "../../components/autoload.js"
import { provideFileSync } from "../client/global-client.js"
import { readScriptOptions } from "./script-options.js"

// For scripts of the page that import this same file.
export { getFileSync, setFileSync, watchFileSync, whenFileSync } from "../client/global-client.js"

const options = readScriptOptions(import.meta.url)

provideFileSync(() => {
  void import("./engine.js").then(({ startEngine }) => startEngine(options))
})
autoloadElements()
