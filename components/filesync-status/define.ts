import { register } from "../register.js"
import { FilesyncStatus } from "./filesync-status.js"

register("filesync-status", FilesyncStatus)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-status": FilesyncStatus
  }
}

export { FilesyncStatus }
