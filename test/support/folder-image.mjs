/** Folders as one compressed file, to keep what a build once wrote: `{ "path/of/file": base64 }`, gzip. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"

/** The files below a folder of this machine. */
export const readFolder = (folder) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(folder, name)).isFile())
      .toSorted()
      .map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  )

/** Writes files below a folder of this machine. */
export const writeFolder = (folder, files) => {
  for (const [name, base64] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), Buffer.from(base64, "base64"))
  }
}

/** Reads and writes the compressed file. */
export const readImage = (path) => JSON.parse(gunzipSync(readFileSync(path)).toString())
export const writeImage = (path, image) => writeFileSync(path, gzipSync(JSON.stringify(image), { level: 9 }))

/** Runs in a page: all that the origin private file system holds. Fails where a worker still has a file open. */
export const readOpfs = async () => {
  const files = {}
  const base64 = (blob) =>
    new Promise((resolve, reject) => {
      const reader = new FileReader()
      reader.addEventListener("load", () => resolve(reader.result.split(",")[1] ?? ""))
      reader.addEventListener("error", () => reject(reader.error))
      reader.readAsDataURL(blob)
    })
  const readInto = async (folder, prefix) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === "directory") await readInto(handle, `${prefix}${name}/`)
      else files[`${prefix}${name}`] = await base64(await handle.getFile())
    }
  }
  await readInto(await navigator.storage.getDirectory(), "")
  return files
}

/** Runs in a page: puts files into the origin private file system. */
export const writeOpfs = async (files) => {
  for (const [path, base64] of Object.entries(files)) {
    const names = path.split("/")
    const fileName = names.pop()
    let folder = await navigator.storage.getDirectory()
    for (const name of names) folder = await folder.getDirectoryHandle(name, { create: true })
    const stream = await (await folder.getFileHandle(fileName, { create: true })).createWritable()
    await stream.write(await (await fetch(`data:application/octet-stream;base64,${base64}`)).blob())
    await stream.close()
  }
}
