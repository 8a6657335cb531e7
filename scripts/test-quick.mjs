#!/usr/bin/env node
/**
 * `npm run test:quick`: types, lint, and the unit tests beside what changed since a commit (default: what is not
 * committed yet, and the last commit). `npm run test:quick -- main` compares with a branch. For the minute between two
 * edits; `npm test` is what decides.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { findBrowser } from "./find-browser.mjs"
import { installIfNeeded, projectRoot } from "./ensure-installed.mjs"

const say = (line) => console.log(line)

/** More than this many browser test files do not fit into a minute. */
const maxTestFiles = 12

const changedSince = (base) => {
  const git = (...args) =>
    execFileSync("git", args, { cwd: projectRoot, encoding: "utf8" }).split("\n").filter(Boolean)
  return [...git("diff", "--name-only", base), ...git("ls-files", "--others", "--exclude-standard")]
}

/** A changed test itself, the test of the same name, or the tests in the folder of a source without one. */
const testsOf = (file) => {
  if (!/^(?:src|components|sw|test\/contracts)\/.*\.ts$/.test(file)) return []
  if (file.endsWith(".test.ts")) return existsSync(join(projectRoot, file)) ? [file] : []
  const own = file.replace(/\.ts$/, ".test.ts")
  if (existsSync(join(projectRoot, own))) return [own]
  const folder = join(projectRoot, dirname(file))
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(dirname(file), name))
}

const main = async () => {
  await installIfNeeded(say)
  const [base = "HEAD~1"] = process.argv.slice(2)
  const files = [...new Set(changedSince(base).flatMap(testsOf))].toSorted()
  if (files.length > maxTestFiles) say(`${files.length} test files; the first ${maxTestFiles} run.`)
  const { checks } = await import("./test/stages.mjs")
  const { browserTests } = await import("./test/programs.mjs")
  const { report, runStages } = await import("./test/run-stages.mjs")
  const { types, lint } = checks
  const results = await runStages({ types, lint }, { atOnce: 2, say })
  if (files.length > 0) {
    process.env.CHROME_PATH = findBrowser({ install: true, shell: "first", say })
    const unit = browserTests(...files.slice(0, maxTestFiles))
    results.push(...(await runStages({ unit }, { atOnce: 1, say })))
  }
  report(results, say)
  return results.every(({ failed }) => failed === 0)
}

process.exitCode = (await main()) ? 0 : 1
