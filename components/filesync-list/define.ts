import { FilesyncImage } from "../filesync-image/filesync-image.js"
import { register } from "../register.js"
import { FilesyncList } from "./filesync-list.js"

// The list shows images without a template and in most templates.
register("filesync-image", FilesyncImage)
register("filesync-list", FilesyncList)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-list": FilesyncList
  }
}

export { FilesyncList }
