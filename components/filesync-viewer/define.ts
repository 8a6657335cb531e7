import { FilesyncImage } from "../filesync-image/filesync-image.js"
import { register } from "../register.js"
import { FilesyncViewer } from "./filesync-viewer.js"

// The viewer shows pictures by this element.
register("filesync-image", FilesyncImage)
register("filesync-viewer", FilesyncViewer)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-viewer": FilesyncViewer
  }
}

export { FilesyncViewer }
