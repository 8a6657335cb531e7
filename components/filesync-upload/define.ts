import { register } from "../register.js"
import { FilesyncUpload } from "./filesync-upload.js"

register("filesync-upload", FilesyncUpload)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-upload": FilesyncUpload
  }
}

export { FilesyncUpload }
