/**
 * Puts seeded faults into the code, one at a time, and looks whether the tests notice: `npm run mutation`, or
 * `npm run mutation -- --only NAME…` with the beginnings of names. Writes into the checkout it stands in, which has to be
 * clean, and always writes back. Every fault ought to be caught; one that is not wants a test.
 */
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { transform } from "esbuild"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { withFault } from "./apply-fault.mjs"
import { faults } from "./faults.mjs"
import { runTests, stopTests } from "./run-tests.mjs"

const words = process.argv.slice(2).filter((word) => word !== "--only")
const chosen =
  words.length === 0 ? faults : faults.filter(({ name }) => words.some((word) => name.startsWith(word)))
if (chosen.length === 0) {
  console.error(`No fault's name begins with ${words.join(" or ")}.`)
  process.exit(1)
}
const changed = execFileSync("git", ["status", "--porcelain"], { cwd: projectRoot, encoding: "utf8" })
if (changed !== "") {
  console.error(`Faults are put into a clean checkout only:\n${changed}`)
  process.exit(1)
}

let restore = () => undefined
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    restore()
    stopTests()
    process.exit(1)
  })
}
process.on("exit", () => restore())

const check = async (fault) => {
  let source
  try {
    source = withFault(fault)
    await transform(source.faulty, { loader: "ts" })
  } catch (error) {
    return { ...fault, outcome: "broken", by: String(error.message ?? error).split("\n", 1)[0] }
  }
  const path = join(projectRoot, fault.file)
  restore = () => writeFileSync(path, source.text)
  writeFileSync(path, source.faulty)
  try {
    for (const file of fault.tests) {
      const { isGreen, said } = await runTests(file)
      if (!isGreen) return { ...fault, outcome: "caught", by: file, said }
    }
    return { ...fault, outcome: "survived", by: "", said: fault.tests.join(", ") }
  } finally {
    restore()
    restore = () => undefined
  }
}

const results = []
for (const fault of chosen) {
  const startedAt = Date.now()
  const result = await check(fault)
  results.push(result)
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  console.log(`${result.outcome.padEnd(8)} ${result.name} (${seconds} s) ${result.by} ${result.said ?? ""}`)
}

// A test that fails without any fault catches nothing.
const catchers = [...new Set(results.filter(({ outcome }) => outcome === "caught").map(({ by }) => by))]
const red = []
for (const file of catchers) if (!(await runTests(file)).isGreen) red.push(file)
for (const file of red) console.log(`red without a fault: ${file}`)

const count = (outcome) => results.filter((result) => result.outcome === outcome).length
console.log(`\n${count("caught")} caught, ${count("survived")} survived, ${count("broken")} broken`)
process.exitCode = count("caught") === results.length && red.length === 0 ? 0 : 1
