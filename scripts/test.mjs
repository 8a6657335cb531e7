#!/usr/bin/env node
/**
 * `npm test`: everything, on a machine that has only Node and npm.
 *
 * Installs what is missing, checks types, lint, format and unused code, builds, and runs the server, browser and
 * end-to-end tests, two stages at a time; sizes, licences, publint and attw are tests too. `npm test -- unit e2e` runs
 * some stages, `npm run check` every stage there is, in the long form (`FILESYNC_LONG=1`). The last line is `N passed, N failed`.
 */
import { findBrowser } from "./find-browser.mjs"
import { installIfNeeded } from "./ensure-installed.mjs"
import { installS3Servers } from "./test/s3-servers.mjs"

const say = (line) => console.log(line)

const prepare = async () => {
  await installIfNeeded(say)
  const browser = findBrowser({ install: true, shell: "first", say })
  if (browser === undefined)
    throw new Error("No Chromium could be found or installed. Set CHROME_PATH to one.")
  process.env.CHROME_PATH = browser
  if (process.env.CI) installS3Servers(say)
}

/** The stages in groups that run one after the other: checks, the build, tests. */
const plan = (groups, further, asked) => {
  const known = [...groups, further].flatMap(Object.keys)
  const unknown = asked.filter((name) => name !== "everything" && !known.includes(name))
  if (unknown.length > 0) {
    throw new Error(`No such stage: ${unknown.join(", ")}. There are ${known.join(", ")}, and everything.`)
  }
  if (asked.includes("everything")) {
    process.env.FILESYNC_LONG = "1"
    return [...groups, further]
  }
  if (asked.length === 0) return groups
  return [...groups, further].map((group) =>
    Object.fromEntries(Object.entries(group).filter(([name]) => asked.includes(name))),
  )
}

const main = async () => {
  await prepare()
  // Not at the top: they bring packages along, which may only now be installed.
  const { buildStage, checks, furtherTests, tests } = await import("./test/stages.mjs")
  const { report, runStages } = await import("./test/run-stages.mjs")
  const groups = plan([checks, buildStage, tests], furtherTests, process.argv.slice(2))
  const results = []
  for (const group of groups) results.push(...(await runStages(group, { atOnce: 2, say })))
  report(results, say)
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  return { passed: sum("passed"), failed: sum("failed") }
}

let total = { passed: 0, failed: 1 }
try {
  total = await main()
} catch (cause) {
  say(cause instanceof Error ? cause.message : String(cause))
}
say(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
