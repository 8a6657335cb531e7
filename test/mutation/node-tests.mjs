import { spawn } from "node:child_process"
import { projectRoot } from "../../scripts/ensure-installed.mjs"

/** Past this time a run counts as failed: a fault may make the tests hang, which a person would notice as well. */
const maxRunMs = 300_000

const killAfterMs = 10_000

/** The first words of a failed test. */
const failure = /^\s*✖ (.*)$/mu

let running

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
export const stopNodeTests = () => {
  if (running !== undefined) stop(running)
}

/** Runs one test file to its end or first failure: `{ isGreen, said }`. */
export const runNodeTests = (file) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ["scripts/test/node-tests.mjs", "-", file], {
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
      if (found !== null) end(found[1])
    }
    child.stdout.on("data", take)
    child.stderr.on("data", take)
    child.on("close", (code) => {
      clearTimeout(timer)
      running = undefined
      resolve({ isGreen: code === 0 && said === undefined, said: said ?? `ended with ${code}` })
    })
  })
