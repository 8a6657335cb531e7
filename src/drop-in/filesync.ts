/** The script-tag drop-in: elements now, the engine when somebody needs it. */
import "../../components/index.js"
import { provideFileSync } from "../filesync.js"
import { readScriptOptions } from "./script-options.js"

const options = readScriptOptions(import.meta.url)

provideFileSync(() => {
  void import("./engine.js").then(({ startEngine }) => startEngine(options))
})
