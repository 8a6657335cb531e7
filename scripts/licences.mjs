#!/usr/bin/env node
/** Writes `THIRD-PARTY.md` from what was built: `npm run licences`; with `--check`, says whether it is up to date. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { bundledPackages, licenceProblems, thirdPartyText } from "./build/third-party.mjs"
import { projectRoot } from "./ensure-installed.mjs"

const packages = await bundledPackages()
const problems = licenceProblems(packages)
const text = thirdPartyText(packages)

if (process.argv.includes("--check")) {
  if (readFileSync(join(projectRoot, "THIRD-PARTY.md"), "utf8") !== text)
    problems.push("THIRD-PARTY.md is not what the build gives: npm run licences.")
} else {
  for (const path of ["THIRD-PARTY.md", "dist/cdn/THIRD-PARTY.md"])
    writeFileSync(join(projectRoot, path), text)
}
for (const problem of problems) console.error(problem)
console.log(`${packages.length} packages of others are inside what is published.`)
process.exitCode = problems.length === 0 ? 0 : 1
