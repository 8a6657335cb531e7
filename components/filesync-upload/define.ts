import { FilesyncUpload } from "./filesync-upload.js"

if (customElements.get("filesync-upload") === undefined)
  customElements.define("filesync-upload", FilesyncUpload)

declare global {
  interface HTMLElementTagNameMap {
    "filesync-upload": FilesyncUpload
  }
}

export { FilesyncUpload }
