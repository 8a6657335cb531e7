import { Effect } from "effect"
import type { SaveFileOptions } from "../../types/index.js"
import { SaveProgress } from "../status/SaveProgress.js"
import type { makeSave } from "./save.js"

type Save = Effect.Effect.Success<ReturnType<typeof makeSave>>

/** What is not a file is refused later, with an error that says so. */
const sizeOf = (file: unknown): number => (file instanceof Blob ? file.size : 0)

const both =
  (one: (bytesDone: number) => void, other: SaveFileOptions["onProgress"]) =>
  (loaded: number, total: number): void => {
    one(loaded)
    other?.(loaded, total)
  }

/** The same saves, counted in the status while they run. */
export const countSaves = (save: Save) =>
  Effect.map(
    SaveProgress,
    ({ during }): Save => ({
      saveFile: (file, options) =>
        during({ count: 1, bytes: sizeOf(file) }, (onProgress) =>
          save.saveFile(file, { ...options, onProgress: both(onProgress, options?.onProgress) }),
        ),
      saveFiles: (files, commit) =>
        during(
          { count: files.length, bytes: files.reduce((sum, given) => sum + sizeOf(given?.file), 0) },
          (onProgress) => save.saveFiles(files, commit, onProgress),
        ),
      updateFile: (fileId, file, options) =>
        during({ count: 1, bytes: sizeOf(file) }, (onProgress) =>
          save.updateFile(fileId, file, { ...options, onProgress: both(onProgress, options?.onProgress) }),
        ),
    }),
  )
