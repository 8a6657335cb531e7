/** Puts small test files together: each page that tests open costs seconds of processor time, whatever runs in it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
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

/**
 * Files that only `FILESYNC_LONG=1` runs: they take minutes of processor time, and repeat cases of others. Swift is
 * tested by the server's contracts as well; the Cloudflare adapter is the HTTP adapter within other limits, which
 * `cloudflare.test.ts` tests.
 */
const longOnly = new Set([
  "test/contracts/adapters/foreign-world-cloudflare.test.ts",
  "test/contracts/adapters/s3-swift.test.ts",
])

const inGroups = (files) =>
  Array.from({ length: Math.ceil(files.length / filesInGroup) }, (_, at) =>
    files.slice(at * filesInGroup, (at + 1) * filesInGroup),
  )

/** Tests that put elements on their page. */
const hasElements = (root, file) => /(?:define|autoload)\.js"/.test(readFileSync(join(root, file), "utf8"))

/**
 * Writes a test file for each group of unit tests, and returns the names of all test files to run. Elements and contract
 * tests stay apart: they look at what the whole page has.
 */
export const groupTests = (root) => {
  const folder = join(root, ".cache/test-groups")
  mkdirSync(folder, { recursive: true })
  const isApart = (file) => alone.has(file) || hasElements(root, file)
  const units = ["src", "sw", "components"].map((place) =>
    testsBelow(root, place).filter((file) => !isApart(file)),
  )
  const elements = testsBelow(root, "components").filter((file) => hasElements(root, file))
  const groups = units.flatMap(inGroups).map((files, at) => {
    const path = join(folder, `${String(at + 1).padStart(2, "0")}.test.ts`)
    writeFileSync(path, files.map((file) => `import "../../${file}"\n`).join(""))
    return relative(root, path).replaceAll(sep, "/")
  })
  const contracts = testsBelow(root, "test/contracts").filter(
    (file) => process.env.FILESYNC_LONG || !longOnly.has(file),
  )
  return [...contracts, ...elements, ...alone, ...groups]
}
