/** Servers in processes of their own. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))
const program = fileURLToPath(new URL("../scenarios/server-program.mjs", import.meta.url))

/** Starts a program that sends one message when it is ready. */
export const forked = async (path, args = []) => {
  const child = fork(path, args, { cwd: root })
  const said = await new Promise((resolve, reject) => {
    child.once("message", resolve)
    child.once("error", reject)
    child.once("exit", (code) => reject(new Error(`${path} ended with ${code}`)))
  })
  const stop = () => {
    const ended = new Promise((resolve) => child.once("exit", resolve))
    child.disconnect()
    return ended
  }
  return { said, processId: child.pid, stop }
}

/** Starts one kind of server; it said its `url`. */
export const startProgram = (kind, options) => forked(program, [kind, JSON.stringify(options)])
