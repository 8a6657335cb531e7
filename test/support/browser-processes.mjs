/** The processes of a browser on a profile folder of its own. Linux only. */
import { readdirSync, readFileSync } from "node:fs"

const argumentsOf = (id) => {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0")
  } catch {
    return [] // It ended between the listing and the look.
  }
}

/**
 * The ids of the browser's own process and of a script that started it, if one did, which stands before it. What the browser
 * started itself is not among them.
 */
export const browserProcesses = (profile) => {
  const found = readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false
    const args = argumentsOf(name)
    const isMain = !args.some((arg) => arg.startsWith("--type=") || arg === "-contentproc")
    // Chromium's way to say it, and Firefox's.
    return isMain && (args.includes(`--user-data-dir=${profile}`) || args.includes(profile))
  })
  if (found.length === 0) throw new Error(`No browser runs on ${profile}.`)
  return found.map(Number)
}

/** Kills the browser as a power cut does: nothing gets to finish. Without its script alone, after which it would go on. */
export const killBrowser = (profile) => {
  for (const id of browserProcesses(profile)) process.kill(id, "SIGKILL")
}
