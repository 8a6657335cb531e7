import ioWorkerSource from "virtual:io-worker"

/**
 * The I/O worker in a browser that offers synchronous file access, refuses it, and then refuses the file every other
 * kind of writing too, as WebKitGTK does.
 */
export const startWithoutSyncAccess = (): Worker => {
  const text = `(${refuseSyncAccess.toString()})();${ioWorkerSource}`
  return new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })), { type: "module" })
}

const refuseSyncAccess = () => {
  const spoiled = new Set<string>()
  const { prototype } = FileSystemFileHandle
  const { createWritable } = prototype
  prototype.createSyncAccessHandle = async function () {
    spoiled.add(this.name)
    throw new DOMException("Not here", "NotSupportedError")
  }
  prototype.createWritable = async function (options) {
    if (spoiled.has(this.name)) throw new DOMException("Spoiled", "InvalidStateError")
    return createWritable.call(this, options)
  }
}
