/** Puts small test files together: each page that tests open costs seconds of processor time, whatever runs in it. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join, relative, sep } from "node:path"

/** Measured: more in one page saves little, and a page that fails to load takes fewer tests with it. */
const filesInGroup = 6

const testsBelow = (root, folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll(sep, "/")}`)
    .filter((name) => name.endsWith(".test.ts"))
    .toSorted()

/** Files of some seconds each: they are pages of their own, so that two of them run beside each other. */
const alone = new Set(["src/client/create-file-sync.test.ts", "src/livestore/steady-sync.test.ts"])

const inGroups = (files) =>
  Array.from({ length: Math.ceil(files.length / filesInGroup) }, (_, at) =>
    files.slice(at * filesInGroup, (at + 1) * filesInGroup),
  )

/**
 * Writes a test file for each group of unit tests of `src` and `sw`, and returns the names of all test files to run.
 * Elements and contract tests stay apart: they look at what the whole page has.
 */
export const groupTests = (root) => {
  const folder = join(root, ".cache/test-groups")
  mkdirSync(folder, { recursive: true })
  const units = ["src", "sw"].map((place) => testsBelow(root, place).filter((file) => !alone.has(file)))
  const groups = units.flatMap(inGroups).map((files, at) => {
    const path = join(folder, `${String(at + 1).padStart(2, "0")}.test.ts`)
    writeFileSync(path, files.map((file) => `import "../../${file}"\n`).join(""))
    return relative(root, path).replaceAll(sep, "/")
  })
  const rest = ["components", "test/contracts"].flatMap((place) => testsBelow(root, place))
  return [...rest, ...alone, ...groups]
}
