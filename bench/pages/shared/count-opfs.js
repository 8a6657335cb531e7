/**
 * Counts every call that opens, lists or removes something in OPFS, in this page and in each worker it starts from
 * text. Call it before anything else runs.
 */
const prelude = (onTouch) => {
  const isContent = /^[0-9a-f]{64}$/
  const touch = (method, name) => onTouch({ method, isContent: isContent.test(String(name)) })
  const wrap = (prototype, method) => {
    const original = prototype?.[method]
    if (original === undefined) return
    prototype[method] = function (...args) {
      touch(method, args[0] ?? this.name)
      return original.apply(this, args)
    }
  }
  for (const method of ["getFileHandle", "removeEntry", "entries", "keys", "values"])
    wrap(globalThis.FileSystemDirectoryHandle?.prototype, method)
  for (const method of ["createSyncAccessHandle", "createWritable", "getFile"])
    wrap(globalThis.FileSystemFileHandle?.prototype, method)
}

export const countOpfs = () => {
  const count = { calls: 0, content: 0 }
  const add = ({ isContent }) => {
    count.calls += 1
    if (isContent) count.content += 1
  }
  prelude(add)
  const channel = new BroadcastChannel("bench-opfs-touches")
  channel.onmessage = ({ data }) => add(data)
  const inWorker = `(${prelude})((touch) => (globalThis.benchTouches ??= new BroadcastChannel("bench-opfs-touches")).postMessage(touch));\n`
  const createObjectURL = URL.createObjectURL.bind(URL)
  URL.createObjectURL = (blob) =>
    createObjectURL(blob.type === "text/javascript" ? new Blob([inWorker, blob], { type: blob.type }) : blob)
  return count
}
