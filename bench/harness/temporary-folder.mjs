import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const made = new Set()

/** A new folder that goes with {@link removeTemporaryFolders}. */
export const temporaryFolder = (name) => {
  const path = mkdtempSync(join(tmpdir(), `filesync-bench-${name}-`))
  made.add(path)
  return path
}

/** Removes one folder, or all that were made; a browser may still be closing files in it. */
export const removeTemporaryFolders = (paths = made) => {
  for (const path of paths) {
    rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    made.delete(path)
  }
}
