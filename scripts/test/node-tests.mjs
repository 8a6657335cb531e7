#!/usr/bin/env node
/**
 * Runs `*.test.mjs` and `*.test.ts` below folders with `node --test`: `node-tests.mjs RECORD.tap FOLDER…`, or
 * `node-tests.mjs - FILE…`; with `--at-once=N` so many files beside each other (default 1). TypeScript is bundled first, with packages left outside, because Node 20 cannot read it.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"
import { projectRoot } from "../ensure-installed.mjs"

const isOption = (word) => word.startsWith("--at-once=")
const [record, ...places] = process.argv.slice(2).filter((word) => !isOption(word))
const atOnce = Number(process.argv.find(isOption)?.split("=")[1] ?? 1)

const testsBelow = (place) => {
  const path = join(projectRoot, place)
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, String(name)))
    .filter((name) => /\.test\.(?:mjs|ts)$/.test(name))
    .toSorted()
}

const found = places.flatMap(testsBelow)
if (found.length === 0) {
  console.error(`No *.test.mjs or *.test.ts in ${places.join(", ")}.`)
  process.exit(1)
}

/** Bundles stand inside the project, so that packages are found, and in a folder of this process alone. */
const bundleFolder = join(projectRoot, `.cache/node-tests-${process.pid}`)

const bundled = async (path) => {
  const { build } = await import("esbuild")
  const outfile = join(bundleFolder, dirname(relative(projectRoot, path)), `${basename(path, ".ts")}.mjs`)
  mkdirSync(dirname(outfile), { recursive: true })
  await build({
    absWorkingDir: projectRoot,
    entryPoints: [path],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    outfile,
    logLevel: "error",
  })
  return outfile
}

/** Longer than any file here takes on a busy machine, since it holds for files too: one that hangs fails, the rest goes on. */
const testTimeoutMs = 900_000

const run = (files) =>
  new Promise((resolve) => {
    const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"]
    if (record !== "-") reporters.push("--test-reporter=tap", `--test-reporter-destination=${record}`)
    const args = [
      "--enable-source-maps",
      "--test",
      `--test-concurrency=${atOnce}`,
      `--test-timeout=${testTimeoutMs}`,
      ...reporters,
      ...files,
    ]
    const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: "inherit" })
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
    child.on("close", (code) => resolve(code ?? 1))
  })

try {
  const files = []
  for (const path of found) files.push(path.endsWith(".ts") ? await bundled(path) : path)
  process.exitCode = await run(files)
} finally {
  rmSync(bundleFolder, { recursive: true, force: true })
}
