/** The program a user starts, started by a test: `npm start` on a free port with a data folder of its own. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))
/** It may have to build first, on a machine that does other things as well. */
const readyTimeoutMs = 600_000

/** A folder that is removed by `remove()`. */
export const temporaryFolder = (name) => {
  const path = mkdtempSync(join(tmpdir(), `filesync-${name}-`))
  // The browser or workerd may still be closing files in it.
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  }
}

/**
 * Resolves once it says `ready`, with its URL; `output()` gives what it printed, `stop()` sends SIGTERM and resolves
 * with how it ended: `{ code, signal }`.
 */
export const startApp = ({ dataFolder, port = 0 }) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "scripts/start.mjs")], {
      cwd: root,
      env: { ...process.env, PORT: String(port), FILESYNC_DATA: dataFolder },
      stdio: ["ignore", "pipe", "pipe"],
    })
    const ended = new Promise((end) => child.on("close", (code, signal) => end({ code, signal })))
    let text = ""
    const timer = setTimeout(() => child.kill("SIGKILL"), readyTimeoutMs)
    const stop = () => {
      child.kill("SIGTERM")
      return ended
    }
    const onOutput = (chunk) => {
      text += chunk
      const url = text.match(/^ready (http:\/\/localhost:\d+\/)$/m)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve({ url, output: () => text, stop })
    }
    child.stdout.on("data", onOutput)
    child.stderr.on("data", onOutput)
    child.on("close", (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`npm start ended (${signal ?? code}) before it was ready:\n${text}`))
    })
  })
