import { Context } from "effect"
import type { FileStorage } from "./FileStorage.js"

/** The half of {@link FileStorage} that takes files in. */
export class Saving extends Context.Tag("filesync/Saving")<
  Saving,
  Pick<FileStorage["Type"], "saveFile" | "saveFiles" | "updateFile">
>() {}
