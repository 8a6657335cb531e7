/**
 * Looks whether the tests notice seeded faults: `npm run mutation`, or `npm run mutation -- --only NAME…` with the
 * beginnings of names. Browser tests are bundled with their faults, many to a run. Of the server's, one fault at a time is
 * written into the checkout, which has to be clean, and taken out again. Every fault ought to be caught; one that is not wants
 * a test.
 */
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { transform } from "esbuild"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { withFault } from "./apply-fault.mjs"
import { runBrowserTests, stopBrowser } from "./browser-tests.mjs"
import { faults } from "./faults.mjs"
import { runNodeTests, stopNodeTests } from "./node-tests.mjs"

const words = process.argv.slice(2).filter((word) => word !== "--only")
const chosen =
  words.length === 0 ? faults : faults.filter(({ name }) => words.some((word) => name.startsWith(word)))
if (chosen.length === 0) {
  console.error(`No fault's name begins with ${words.join(" or ")}.`)
  process.exit(1)
}

let restore = () => undefined
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    stopNodeTests()
    stopBrowser()
    process.exit(1)
  })
}
process.on("exit", () => restore())

const results = []
const report = (fault, outcome, said) => {
  results.push({ ...fault, outcome })
  console.log(`${outcome.padEnd(8)} ${fault.name}: ${said}`)
}

const seeded = async (fault) => {
  try {
    const source = withFault(fault)
    await transform(source.faulty, { loader: "ts" })
    return { ...fault, ...source }
  } catch (error) {
    report(fault, "broken", String(error.message ?? error).split("\n", 1)[0])
    return undefined
  }
}

const isBrowserTest = (file) => file.endsWith(".test.ts") && !file.startsWith("server/")

const checkInBrowser = async (all) => {
  let left = all
  for (let at = 0; left.length > 0; at++) {
    for (const fault of left.filter(({ tests }) => tests.length <= at))
      report(fault, "survived", fault.tests.join(", "))
    left = left.filter(({ tests }) => tests.length > at)
    // A test that fails without any fault catches nothing.
    const bare = [...new Set(left.map(({ tests }) => tests[at]))].map((test) => ({ test, fault: undefined }))
    const pairs = [...bare, ...left.map((fault) => ({ test: fault.tests[at], fault }))]
    const outcomes = pairs.length === 0 ? [] : await runBrowserTests(pairs)
    const isGreenBare = new Map(bare.map(({ test }, place) => [test, outcomes[place]?.isGreen]))
    const next = []
    for (const [place, fault] of left.entries()) {
      const outcome = outcomes[bare.length + place]
      const test = fault.tests[at]
      if (isGreenBare.get(test) !== true) report(fault, "broken", `${test} is red without it`)
      else if (outcome?.isGreen === true) next.push(fault)
      else report(fault, "caught", `${test} ${outcome?.said ?? "did not end"}`)
    }
    left = next
  }
}

const checkInCheckout = async (all) => {
  if (all.length === 0) return
  const changed = execFileSync("git", ["status", "--porcelain"], { cwd: projectRoot, encoding: "utf8" })
  if (changed !== "") {
    console.error(`Faults are put into a clean checkout only:\n${changed}`)
    process.exit(1)
  }
  const isGreenBare = new Map()
  for (const fault of all) {
    const path = join(projectRoot, fault.file)
    restore = () => writeFileSync(path, fault.text)
    writeFileSync(path, fault.faulty)
    let caught
    for (const file of fault.tests) {
      const { isGreen, said } = await runNodeTests(file)
      if (isGreen) continue
      caught = { file, said }
      break
    }
    restore()
    restore = () => undefined
    if (caught === undefined) {
      report(fault, "survived", fault.tests.join(", "))
      continue
    }
    const { file, said } = caught
    if (!isGreenBare.has(file)) isGreenBare.set(file, (await runNodeTests(file)).isGreen)
    if (isGreenBare.get(file)) report(fault, "caught", `${file} ${said}`)
    else report(fault, "broken", `${file} is red without it`)
  }
}

const ready = (await Promise.all(chosen.map(seeded))).filter((fault) => fault !== undefined)
const isForBrowser = ({ tests }) => tests.every(isBrowserTest)
await checkInCheckout(ready.filter((fault) => !isForBrowser(fault)))
await checkInBrowser(ready.filter(isForBrowser))

const count = (outcome) => results.filter((result) => result.outcome === outcome).length
console.log(`\n${count("caught")} caught, ${count("survived")} survived, ${count("broken")} broken`)
process.exitCode = count("caught") === results.length ? 0 : 1
