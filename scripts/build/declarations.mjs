/** Of all the declarations that the compiler writes, apps see those that an entry leads to. The others stay out. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { dirname, join, sep } from "node:path"

const relativeImport = /(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.{1,2}\/[^"]+)"/g

const importsOf = (path) =>
  [...readFileSync(path, "utf8").matchAll(relativeImport)].map((match) =>
    join(dirname(path), match[1].replace(/\.js$/, ".d.ts")),
  )

/** Every declaration file that the package's `exports` lead to; throws where one leads nowhere. */
export const reachableDeclarations = (packageFolder) => {
  const { exports } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"))
  const queue = Object.values(exports)
    .filter((target) => typeof target === "object" && target.types.startsWith("./dist/types/"))
    .map((target) => join(packageFolder, target.types))
  const found = new Set()
  for (const path of queue) {
    if (found.has(path)) continue
    if (!existsSync(path)) throw new Error(`${path} is imported by a declaration, but there is no such file.`)
    found.add(path)
    queue.push(...importsOf(path))
  }
  return found
}

/** Every declaration file in `dist/types` of a package. */
const allDeclarations = (packageFolder) =>
  readdirSync(join(packageFolder, "dist/types"), { recursive: true })
    .map((name) => join(packageFolder, "dist/types", String(name)))
    .filter((path) => path.endsWith(".d.ts"))

/** Removes the declarations that no entry leads to, and the folders they leave empty. */
export const pruneDeclarations = (packageFolder) => {
  const kept = reachableDeclarations(packageFolder)
  for (const path of allDeclarations(packageFolder)) if (!kept.has(path)) rmSync(path)
  const folders = readdirSync(join(packageFolder, "dist/types"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  for (const folder of folders) {
    const isUsed = [...kept].some((path) => path.startsWith(`${folder}${sep}`))
    if (!isUsed) rmSync(folder, { recursive: true, force: true })
  }
}
