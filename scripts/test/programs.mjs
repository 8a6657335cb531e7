/** Runs the programs that test something, and counts what they say. */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { projectRoot } from "../ensure-installed.mjs"

/** A stage that takes longer hangs; the slowest took 27 minutes on two cores, beside another. */
const stageTimeoutMs = 60 * 60_000

const scratch = mkdtempSync(join(tmpdir(), "filesync-test-"))
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }))

/**
 * Runs Node in the project folder; gives what it printed on standard output and whether it ended well. Everything it
 * prints goes to `write`. It never outlives its time, nor this process.
 */
export const runNode = (args, write) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ["ignore", "pipe", "pipe"] })
    const timer = setTimeout(() => {
      write(`… stopped after ${stageTimeoutMs / 60_000} minutes\n`)
      child.kill("SIGKILL")
    }, stageTimeoutMs)
    const stop = () => child.kill("SIGTERM")
    process.on("exit", stop)
    let text = ""
    child.stdout.on("data", (chunk) => {
      text += chunk
      write(chunk)
    })
    child.stderr.on("data", write)
    child.on("close", (code) => {
      clearTimeout(timer)
      process.off("exit", stop)
      resolve({ text, ok: code === 0 })
    })
  })

/** A check has no tests inside: it counts as one. */
export const check =
  (...args) =>
  async (write) =>
    (await runNode(args, write)).ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }

/** A program that fails without a failed test has crashed, and that is a failure; so is a stage without any test. */
const counted = ({ passed, failed }, ok) => ({
  passed,
  failed: failed === 0 && (!ok || passed === 0) ? 1 : failed,
})

let records = 0

/** Runs tests of `node:test` below these places. */
export const nodeTests =
  (...places) =>
  async (write) => {
    records += 1
    const record = join(scratch, `record-${records}.tap`)
    const { ok } = await runNode(["scripts/test/node-tests.mjs", record, ...places], write)
    let text = ""
    try {
      text = readFileSync(record, "utf8")
    } catch {
      // It ended before it could write: counted as a crash below.
    }
    const number = (word) => Number(text.match(new RegExp(`^# ${word} (\\d+)$`, "m"))?.[1] ?? 0)
    const failures = [...text.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, name]) => name)
    return {
      ...counted({ passed: number("pass"), failed: number("fail") + number("cancelled") }, ok),
      failures,
    }
  }

/** Runs unit and contract tests in a browser; all of them, or these files. */
export const browserTests =
  (...files) =>
  async (write) => {
    const { text, ok } = await runNode(["node_modules/@web/test-runner/dist/bin.js", ...files], write)
    const closing = [...text.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1)
    const failures = [...text.matchAll(/^failed: (.*)$/gm)].map(([, name]) => name)
    return {
      ...counted({ passed: Number(closing?.[1] ?? 0), failed: Number(closing?.[2] ?? 0) }, ok),
      failures,
    }
  }

/** Every schedule counts as one test; its closing line says how many went wrong. */
export const simulation =
  (...args) =>
  async (write) => {
    const { text, ok } = await runNode(["test/simulation/run.mjs", ...args], write)
    const closing = /^(\d+) schedules: (\d+) lost, (\d+) corrupt, (\d+) stuck$/m.exec(text)
    const [schedules = 0, lost = 0, corrupt = 0, stuck = 0] = (closing?.slice(1) ?? []).map(Number)
    const failed = Math.min(schedules, lost + corrupt + stuck)
    return counted({ passed: schedules - failed, failed }, ok)
  }
