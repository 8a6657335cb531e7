import { register } from "../register.js"
import { FilesyncInspector } from "./filesync-inspector.js"

register("filesync-inspector", FilesyncInspector)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-inspector": FilesyncInspector
  }
}

export { FilesyncInspector }
export { type InspectorStrings, type InspectorTerm, setInspectorLocale } from "./inspector-messages.js"
