import { readFileSync } from "node:fs"
import { join } from "node:path"
import { projectRoot } from "../../scripts/ensure-installed.mjs"

/** A file's text with the fault in it. Throws when the place is not there exactly once: the list is then out of date. */
export const withFault = ({ name, file, find, replace }) => {
  const text = readFileSync(join(projectRoot, file), "utf8")
  const count = text.split(find).length - 1
  if (count !== 1) throw new Error(`${name}: ${file} has its place ${count} times`)
  const faulty = text.replace(find, () => replace)
  if (faulty === text) throw new Error(`${name}: the fault changes nothing`)
  return { text, faulty }
}
