import { FilesyncImage } from "./filesync-image/define.js"
import { FilesyncList } from "./filesync-list/define.js"
import { FilesyncStatus } from "./filesync-status/define.js"
import { FilesyncUpload } from "./filesync-upload/define.js"
import { FilesyncViewer } from "./filesync-viewer/define.js"
import { register } from "./register.js"

export { setLocale } from "./localize/index.js"
export type { Message, Strings, Term } from "./localize/index.js"
export { FilesyncBeforeDeleteEvent } from "./events/filesync-before-delete.js"
export { FilesyncBeforeSaveEvent } from "./events/filesync-before-save.js"
export { FilesyncChangeEvent } from "./events/filesync-change.js"
export { FilesyncCloseEvent } from "./events/filesync-close.js"
export { FilesyncErrorEvent } from "./events/filesync-error.js"
export { FilesyncLoadEvent } from "./events/filesync-load.js"
export { FilesyncRejectedEvent } from "./events/filesync-rejected.js"
export { FilesyncRemovedEvent } from "./events/filesync-removed.js"
export { FilesyncSavedEvent } from "./events/filesync-saved.js"
export { FilesyncShowEvent } from "./events/filesync-show.js"
export { FilesyncWarningEvent } from "./events/filesync-warning.js"
export { FilesyncImage, FilesyncList, FilesyncStatus, FilesyncUpload, FilesyncViewer }

// Once more what the imports above do: bundlers may drop modules that are imported for what they do.
register("filesync-image", FilesyncImage)
register("filesync-list", FilesyncList)
register("filesync-status", FilesyncStatus)
register("filesync-upload", FilesyncUpload)
register("filesync-viewer", FilesyncViewer)
