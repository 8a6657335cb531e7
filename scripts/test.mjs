#!/usr/bin/env node
/**
 * `npm test`: everything, on a machine that has only Node and npm.
 *
 * Installs what is missing, then checks types, lint, format and unused code, builds, and runs the server, browser and
 * end-to-end tests; sizes, licences, publint and attw are tests too. `npm test -- unit e2e` runs some stages,
 * `npm run check` every stage there is. The last line is `N passed, N failed`.
 */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "./build.mjs"
import { findBrowser } from "./find-browser.mjs"
import { installIfNeeded, projectRoot } from "./fresh.mjs"
import { installS3Servers } from "./test/s3-servers.mjs"

const say = (line) => console.log(line)
const stageTimeoutMs = 20 * 60_000
const scratch = mkdtempSync(join(tmpdir(), "filesync-test-"))

/** Runs Node with our output and gives back what it printed and how it ended; it never outlives its time. */
const runNode = (args) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ["ignore", "pipe", "inherit"] })
    const timer = setTimeout(() => {
      say(`… stopped after ${stageTimeoutMs / 60_000} minutes`)
      child.kill("SIGKILL")
    }, stageTimeoutMs)
    const stop = () => child.kill("SIGTERM")
    process.on("exit", stop)
    let text = ""
    child.stdout.on("data", (chunk) => {
      text += chunk
      process.stdout.write(chunk)
    })
    child.on("close", (code) => {
      clearTimeout(timer)
      process.off("exit", stop)
      resolve({ text, ok: code === 0 })
    })
  })

/** A check has no tests inside: it counts as one. */
const check = async (args) => ((await runNode(args)).ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** A program that fails without a failed test has crashed, and that is a failure; so is a stage without any test. */
const counted = ({ passed, failed }, ok) => ({
  passed,
  failed: failed === 0 && (!ok || passed === 0) ? 1 : failed,
})

const runNodeTests = async (program, ...args) => {
  const record = join(scratch, "record.tap")
  const { ok } = await runNode([program, record, ...args])
  let text = ""
  try {
    text = readFileSync(record, "utf8")
    rmSync(record)
  } catch {
    // It ended before it could write: counted as a crash below.
  }
  const number = (word) => Number(text.match(new RegExp(`^# ${word} (\\d+)$`, "m"))?.[1] ?? 0)
  return counted({ passed: number("pass"), failed: number("fail") + number("cancelled") }, ok)
}

const runBrowserTests = async () => {
  const { text, ok } = await runNode(["node_modules/@web/test-runner/dist/bin.js"])
  const closing = [...text.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1)
  return counted({ passed: Number(closing?.[1] ?? 0), failed: Number(closing?.[2] ?? 0) }, ok)
}

/** Every schedule counts as one test; its closing line says how many went wrong. */
const runSimulation = async (...args) => {
  const { text, ok } = await runNode(["test/simulation/run.mjs", ...args])
  const closing = /^(\d+) schedules: (\d+) lost, (\d+) corrupt, (\d+) stuck$/m.exec(text)
  const [schedules = 0, lost = 0, corrupt = 0, stuck = 0] = (closing?.slice(1) ?? []).map(Number)
  const failed = Math.min(schedules, lost + corrupt + stuck)
  return counted({ passed: schedules - failed, failed }, ok)
}

const stages = {
  types: () => check(["node_modules/typescript7/bin/tsc", "-p", "."]),
  lint: () => check(["node_modules/oxlint/bin/oxlint"]),
  format: () => check(["node_modules/@biomejs/biome/bin/biome", "format", "."]),
  unused: () => check(["node_modules/knip/bin/knip.js", "--no-progress", "--no-config-hints"]),
  async build() {
    await build({ say })
    return { passed: 1, failed: 0 }
  },
  server: () => runNodeTests("scripts/test/node-tests.mjs", "server", "scripts", "test/package"),
  docs: () => runNodeTests("scripts/test/node-tests.mjs", "test/docs"),
  unit: runBrowserTests,
  simulate: () => runSimulation("--seeds", "200"),
  e2e: () =>
    runNodeTests(
      "scripts/test/node-tests.mjs",
      "sw/e2e",
      "test/e2e",
      "test/frameworks/server-rendering.test.mjs",
    ),
}

/** What needs the registry or many minutes: by name, or with `everything`. */
const furtherStages = {
  visual: () => runNodeTests("scripts/test/node-tests.mjs", "test/visual"),
  install: () => runNodeTests("scripts/test/node-tests.mjs", "test/frameworks"),
}
const allStages = { ...stages, ...furtherStages }

const prepare = async () => {
  await installIfNeeded(say)
  const browser = findBrowser({ install: true, say })
  if (browser === undefined)
    throw new Error("No Chromium could be found or installed. Set CHROME_PATH to one.")
  process.env.CHROME_PATH = browser
  if (process.env.CI) installS3Servers(say)
}

const runStage = async (name, run) => {
  say(`\n── ${name}`)
  const startedAt = performance.now()
  const result = await run().catch((cause) => {
    say(cause instanceof Error ? cause.message : String(cause))
    return { passed: 0, failed: 1 }
  })
  return { name, ...result, seconds: (performance.now() - startedAt) / 1000 }
}

const report = (results) => {
  say("")
  for (const { name, passed, failed, seconds } of results) {
    const outcome = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} FAILED`
    say(`${name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${outcome}`)
  }
}

const sum = (results, key) => results.reduce((total, result) => total + result[key], 0)

const namesOf = (asked) => {
  if (asked.includes("everything")) return Object.keys(allStages)
  return asked.length > 0 ? asked : Object.keys(stages)
}

const main = async () => {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => name !== "everything" && !(name in allStages))
  if (unknown.length > 0) {
    throw new Error(
      `No such stage: ${unknown.join(", ")}. There are ${Object.keys(allStages).join(", ")}; everything.`,
    )
  }
  const results = []
  const ready = await runStage("prepare", async () => {
    await prepare()
    return { passed: 0, failed: 0 }
  })
  results.push(ready)
  if (ready.failed === 0) {
    for (const name of namesOf(asked)) results.push(await runStage(name, allStages[name]))
  }
  report(results)
  return { passed: sum(results, "passed"), failed: sum(results, "failed") }
}

let total = { passed: 0, failed: 1 }
try {
  total = await main()
} catch (cause) {
  say(cause instanceof Error ? cause.message : String(cause))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
say(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
