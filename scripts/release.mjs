#!/usr/bin/env node
/**
 * `npm run release -- --dry-run`: checks that this tree can be released, builds it with `dist/integrity.json`, prints
 * script tags with hashes, packs, and publishes nothing. Without `--dry-run` it publishes with
 * provenance, which npm grants only where a build service vouches for the source by OpenID Connect.
 *
 * `--skip-check` leaves out `npm run check`, for trying the script itself; publishing refuses it. `--base URL` is where
 * the printed tags look for the files.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { spawnSync } from "node:child_process"
import { parseArgs } from "node:util"
import { build } from "./build.mjs"
import { projectRoot, run } from "./ensure-installed.mjs"
import { scriptTags } from "./release/integrity.mjs"
import { packPackage } from "./release/pack.mjs"
import { changelogProblems, treeProblems, versionProblems } from "./release/readiness.mjs"

const { values: options } = parseArgs({
  options: {
    "dry-run": { type: "boolean", default: false },
    "skip-check": { type: "boolean", default: false },
    base: { type: "string" },
  },
})
const isDryRun = options["dry-run"]
const say = (line) => console.log(line)
const read = (path) => readFileSync(join(projectRoot, path), "utf8")

/** Where a build service hands out tokens that say which source a build is from. */
const canProveSource =
  process.env.CI === "true" &&
  Boolean(process.env.ACTIONS_ID_TOKEN_REQUEST_URL || process.env.SIGSTORE_ID_TOKEN)

const gitStatus = () => {
  const { status, stdout } = spawnSync("git", ["status", "--porcelain"], {
    cwd: projectRoot,
    encoding: "utf8",
  })
  return status === 0 ? stdout : undefined
}

const step = (name) => say(`\n── ${name}`)

const checkReadiness = ({ version }) => {
  step("ready?")
  const problems = [
    ...treeProblems(gitStatus()),
    ...versionProblems(version, { source: read("src/version.ts"), lockfile: read("package-lock.json") }),
    ...changelogProblems(version, read("CHANGELOG.md"), { isDryRun }),
    ...(isDryRun || canProveSource
      ? []
      : ["Publishing is for a build service with OpenID Connect; here only --dry-run works."]),
    ...(isDryRun || !options["skip-check"] ? [] : ["--skip-check is for --dry-run."]),
  ]
  for (const problem of problems) say(`✗ ${problem}`)
  if (problems.length === 0) say(`✓ version ${version}, changelog and tree`)
  return problems
}

const packAndPublish = async () => {
  step("pack")
  const folder = mkdtempSync(join(tmpdir(), "filesync-release-"))
  try {
    const { tarball } = packPackage(folder)
    if (isDryRun) {
      say(
        `✓ ${(readFileSync(tarball).length / 1e6).toFixed(2)} MB. Nothing was published: this was a dry run.`,
      )
      return
    }
    step("publish")
    // The tarball that was packed here, so that what was checked is what goes out.
    await run("npm", ["publish", tarball, "--provenance", "--access", "public"])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const main = async () => {
  const { version } = JSON.parse(read("package.json"))
  const problems = checkReadiness({ version })
  // A dry run goes on, to show the rest as well.
  if (problems.length > 0 && !isDryRun) return false
  if (!options["skip-check"]) {
    step("check")
    await run("npm", ["run", "check", "--silent"])
  }
  step("build")
  await build({ force: true, say })
  step("integrity")
  const integrity = JSON.parse(read("dist/integrity.json"))
  say(`dist/integrity.json: SHA-384 of ${Object.keys(integrity).length} files\n`)
  say(scriptTags(integrity, options.base ?? `https://YOUR-CDN/livestore-filesync@${version}/dist/cdn/`))
  await packAndPublish()
  return problems.length === 0
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause)
  process.exitCode = 1
}
