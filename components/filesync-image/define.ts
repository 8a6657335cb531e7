import { register } from "../register.js"
import { FilesyncImage } from "./filesync-image.js"

register("filesync-image", FilesyncImage)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-image": FilesyncImage
  }
}

export { FilesyncImage }
