/** The local backend in a process of its own, with data that outlives it. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "../support/started-app.mjs"

const program = fileURLToPath(new URL("./backend-program.mjs", import.meta.url))

/** Starts it. `port()` is `undefined` while it is down; `onMessage` gets what it says of itself. */
export const startBackendProcess = async ({ token, onMessage }) => {
  const data = temporaryFolder("chaos-data")
  let child
  let port
  let ended

  const start = () =>
    new Promise((resolve, reject) => {
      // A process group of its own: workerd is killed with it.
      child = spawn(process.execPath, [program, data.path, token], {
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      })
      const starting = child
      starting.stdin.on("error", () => {})
      ended = new Promise((end) => starting.on("close", end))
      let text = ""
      starting.stdout.on("data", (chunk) => {
        text += chunk
        const found = /^ready (\d+)$/m.exec(text)?.[1]
        if (found === undefined) return
        port = Number(found)
        resolve()
      })
      starting.stderr.on("data", (chunk) => {
        text += chunk
        for (const line of String(chunk).split("\n")) if (line.startsWith("local backend:")) onMessage(line)
      })
      starting.on("close", () => {
        port = undefined
        reject(new Error(`the backend ended before it was ready:\n${text.slice(-2_000)}`))
      })
    })
  const stop = () => {
    port = undefined
    child.kill("SIGTERM")
    return ended
  }
  const kill = () => {
    port = undefined
    process.kill(-child.pid, "SIGKILL")
    return ended
  }
  await start()
  return {
    port: () => port,
    start,
    stop,
    kill,
    remove: async () => {
      if (port !== undefined) await stop()
      data.remove()
    },
  }
}
