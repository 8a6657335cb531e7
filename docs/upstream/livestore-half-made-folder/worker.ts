import { makeWorker } from "@livestore/adapter-web/worker"
import { schema } from "./schema.js"

if (new URL(self.location.href).searchParams.has("stop")) {
  const channel = new BroadcastChannel("half-made-folder")
  const { getFileHandle } = FileSystemDirectoryHandle.prototype
  let count = 0
  FileSystemDirectoryHandle.prototype.getFileHandle = async function (...args) {
    count += 1
    if (count === 2) {
      channel.postMessage("one file was made")
      await new Promise(() => undefined)
    }
    return getFileHandle.apply(this, args)
  }
}

makeWorker({ schema })
