/** What this device knows, as plain data that another page can be sent. */
import { isOffline } from "./drop-in.js"

/** A file's place on this device and on the server, seen from here. */
const factsOf = (fileSync, { id, name, createdAt }) => {
  const { local, remote, transfer, progress } = fileSync.getFileState(id)
  return { id, name, createdAt: Number(createdAt), local, remote, transfer, progress }
}

/** A frame in a private window has no storage. */
const isWithoutStorage = () =>
  navigator.storage.getDirectory().then(
    () => false,
    () => true,
  )

/**
 * Calls back with `{ offline, files }` now and after every change; without `files` while there is no engine, and
 * with `isWithoutStorage` where there can be none.
 */
export const watchDevice = async (report) => {
  if (await isWithoutStorage()) return report({ offline: isOffline(), isWithoutStorage: true })
  const { watchFileSync } = await import("/livestore-filesync/filesync.js")
  let unsubscribe = () => {}
  watchFileSync((fileSync) => {
    unsubscribe()
    if (fileSync === undefined) return report({ offline: isOffline() })
    const show = () =>
      report({ offline: isOffline(), files: fileSync.listFiles().map((file) => factsOf(fileSync, file)) })
    unsubscribe = fileSync.subscribe(show)
    show()
  })
}
