/** Runs the unit tests in one engine, and once more those files that the browser's automation lost. */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { projectRoot } from "../../fresh.mjs"

const runTimeoutMs = 20 * 60_000

const readRecord = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch {
    return undefined
  }
}

const runOnce = (environment, files) => {
  const folder = mkdtempSync(join(tmpdir(), "filesync-engines-"))
  const record = join(folder, "record.json")
  const child = spawn(process.execPath, ["node_modules/@web/test-runner/dist/bin.js", ...files], {
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

/** Outcomes by file; `files` narrows the run. */
export const runEngine = async ({ engine, environment, files, say }) => {
  const settings = { ...environment, TEST_ENGINE: engine }
  const first = (await runOnce(settings, files)) ?? nothingRan
  const lost = first.filter(({ hasRun }) => hasRun === false).map(({ file }) => file)
  if (lost.length === 0) return first
  say(`\n${engine} lost ${lost.join(", ")}; once more`)
  const second = (await runOnce(settings, lost)) ?? []
  const again = new Map(second.map((outcome) => [outcome.file, outcome]))
  return first.map((outcome) => again.get(outcome.file) ?? outcome)
}
