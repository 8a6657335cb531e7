import { spawn } from "node:child_process"
import { projectRoot } from "../../scripts/ensure-installed.mjs"

/** Past this time a run counts as failed: a fault may make the tests hang, which a person would notice as well. */
const maxRunMs = 300_000

const killAfterMs = 10_000

const isBrowserTest = (file) => file.endsWith(".test.ts") && !file.startsWith("server/")

const argsFor = (file) =>
  isBrowserTest(file)
    ? ["node_modules/@web/test-runner/dist/bin.js", "--config=test/mutation/wtr.config.mjs", file]
    : ["scripts/test/node-tests.mjs", "-", file]

/** The first words of a failed test, as either runner prints them. */
const failure = /^\s*(?:✖|𐄂) (.*)$/mu

let running

/** Runs one test file to its end or first failure: `{ isGreen, said }`. */
export const runTests = (file) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, argsFor(file), {
      cwd: projectRoot,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    })
    running = child
    let output = ""
    let said
    const end = (why) => {
      if (said !== undefined) return
      said = why
      stop(child)
    }
    const timer = setTimeout(() => end("did not end"), maxRunMs)
    const take = (chunk) => {
      output += chunk
      const found = failure.exec(output)
      // A test of Node's runner is reported as it ends; the other's report comes at the end in any case.
      if (found !== null && !isBrowserTest(file)) end(found[1])
    }
    child.stdout.on("data", take)
    child.stderr.on("data", take)
    child.on("close", (code) => {
      clearTimeout(timer)
      running = undefined
      const isGreen = code === 0 && said === undefined
      resolve({ isGreen, said: said ?? failure.exec(output)?.[1] ?? `ended with ${code}`, output })
    })
  })

const stop = (child) => {
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal)
    } catch {
      // It has ended.
    }
  }
  kill("SIGTERM")
  setTimeout(() => kill("SIGKILL"), killAfterMs).unref()
}

/** Ends the run that is under way. */
export const stopTests = () => {
  if (running !== undefined) stop(running)
}
