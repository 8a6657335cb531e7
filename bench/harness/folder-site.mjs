import { startProgram } from "./forked.mjs"
import { temporaryFolder } from "./temporary-folder.mjs"

/** The end of the metrics' names. */
export const toFolder = "to a folder by Node"

/**
 * The pages once more, from servers that store into a folder by Node, each a process of its own: the tus project's for
 * Uppy, and the package's own for the others. There is nothing that syncs records. `site` has the pages.
 */
export const startFolderSite = async (site, subjects) => {
  const servers = {}
  for (const subject of subjects) {
    const kind = subject === "uppy" ? "tus" : "own-disk"
    servers[subject] = await startProgram(kind, {
      folder: temporaryFolder(`folder-${subject}`),
      pagesFolder: site.folder,
    })
  }
  const urlOf = (subject) => servers[subject].said.url
  return {
    urlOf,
    pageOf: (subject, base = urlOf(subject)) => `${base}/bench/${subject}/`,
    stop: () => Promise.all(Object.values(servers).map(({ stop }) => stop())),
  }
}
