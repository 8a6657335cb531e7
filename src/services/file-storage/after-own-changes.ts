import { Effect } from "effect"
import type { ShowOwnChanges } from "../outbox/show-own-changes.js"
import type { FileStorage } from "./FileStorage.js"

type Changes = Pick<
  FileStorage["Type"],
  "updateFile" | "editFile" | "deleteFile" | "deleteFiles" | "restoreFile" | "eraseFile"
>

/** The same, each of them once the tables show what this device did to its files before: they decide by the tables. */
export const afterOwnChanges = (
  show: ShowOwnChanges,
  { updateFile, editFile, deleteFile, deleteFiles, restoreFile, eraseFile }: Changes,
): Changes => ({
  updateFile: (fileId, file, options) => Effect.zipRight(show([fileId]), updateFile(fileId, file, options)),
  editFile: (fileId, changes) => Effect.zipRight(show([fileId]), editFile(fileId, changes)),
  deleteFile: (fileId) => Effect.zipRight(show([fileId]), deleteFile(fileId)),
  deleteFiles: (fileIds) => Effect.zipRight(show(fileIds), deleteFiles(fileIds)),
  restoreFile: (fileId) => Effect.zipRight(show([fileId]), restoreFile(fileId)),
  eraseFile: (fileId) => Effect.zipRight(show([fileId]), eraseFile(fileId)),
})
