import { FilesyncImage } from "./filesync-image.js"

if (customElements.get("filesync-image") === undefined) customElements.define("filesync-image", FilesyncImage)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-image": FilesyncImage
  }
}

export { FilesyncImage }
