import { FilesyncStatus } from "./filesync-status.js"

if (customElements.get("filesync-status") === undefined)
  customElements.define("filesync-status", FilesyncStatus)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-status": FilesyncStatus
  }
}

export { FilesyncStatus }
