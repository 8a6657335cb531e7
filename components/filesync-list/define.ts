import "../filesync-image/define.js"
import { FilesyncList } from "./filesync-list.js"

if (customElements.get("filesync-list") === undefined) customElements.define("filesync-list", FilesyncList)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-list": FilesyncList
  }
}

export { FilesyncList }
