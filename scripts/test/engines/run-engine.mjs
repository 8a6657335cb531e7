/** Runs tests in one engine, and once more those files that the browser's automation lost. */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { projectRoot } from "../../ensure-installed.mjs"

const runTimeoutMs = 20 * 60_000

const readRecord = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch {
    return undefined
  }
}

const unitTests = (files) => ["node_modules/@web/test-runner/dist/bin.js", ...files]

const endToEndTests = (files, record) => [
  "--test",
  "--test-concurrency=1",
  "--test-reporter=spec",
  "--test-reporter-destination=stdout",
  "--test-reporter=./scripts/test/engines/node-record.mjs",
  `--test-reporter-destination=${record}`,
  ...files,
]

const runOnce = (environment, argumentsFor) => {
  const folder = mkdtempSync(join(tmpdir(), "filesync-engines-"))
  const record = join(folder, "record.json")
  const child = spawn(process.execPath, argumentsFor(record), {
    cwd: projectRoot,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...environment, TEST_RECORD: record },
  })
  const timer = setTimeout(() => child.kill("SIGTERM"), runTimeoutMs)
  const stop = () => child.kill("SIGTERM")
  process.on("exit", stop)
  return new Promise((resolve) => {
    child.on("close", () => {
      clearTimeout(timer)
      process.off("exit", stop)
      const outcomes = readRecord(record)
      rmSync(folder, { recursive: true, force: true })
      resolve(outcomes)
    })
  })
}

const nothingRan = [
  { file: "(all)", passed: [], failed: [{ name: "the run gave no result", message: "" }], skipped: [] },
]

/** The unit tests' outcomes by file; no `files` means all. */
export const runEngine = async ({ engine, environment, files, say }) => {
  const settings = { ...environment, TEST_ENGINE: engine }
  const first = (await runOnce(settings, () => unitTests(files))) ?? nothingRan
  const lost = first.filter(({ hasRun }) => hasRun === false).map(({ file }) => file)
  if (lost.length === 0) return first
  say(`\n${engine} lost ${lost.join(", ")}; once more`)
  const second = (await runOnce(settings, () => unitTests(lost))) ?? []
  const again = new Map(second.map((outcome) => [outcome.file, outcome]))
  return first.map((outcome) => again.get(outcome.file) ?? outcome)
}

/** The service worker's end-to-end tests, in the engines that they can steer. */
export const endToEndFiles = {
  firefox: ["serving", "hostile", "media", "life", "patience", "beside-workbox", "fetching"].map(
    (name) => `sw/e2e/${name}.test.mjs`,
  ),
}

/** Outcomes by file of tests that steer the browser from outside. */
export const runEndToEnd = async ({ engine, environment, files }) =>
  (await runOnce({ ...environment, TEST_ENGINE: engine }, (record) => endToEndTests(files, record))) ??
  nothingRan
