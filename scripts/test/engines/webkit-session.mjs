/** One automated WebKitGTK window: a display of its own, a driver, a browser, and a few words of W3C WebDriver. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { fileURLToPath } from "node:url"

const browserProgram = fileURLToPath(new URL("./webkit-browser.py", import.meta.url))
const startTimeoutMs = 30_000
const pollMs = 50

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** Programs that end together, with whatever they started, at the latest when this process ends. */
const makeGroup = () => {
  const children = []
  const end = () => {
    for (const child of children.splice(0)) {
      try {
        process.kill(-child.pid, "SIGKILL")
      } catch {
        // It has ended by itself.
      }
    }
    process.off("exit", end)
  }
  process.on("exit", end)
  return {
    end,
    start(command, args, options) {
      // Its own process group: a driver that is killed leaves its browser behind.
      const child = spawn(command, args, { ...options, detached: true })
      return new Promise((resolve, reject) => {
        child.once("error", reject)
        child.once("spawn", () => {
          children.push(child)
          resolve(child)
        })
      })
    },
  }
}

/** Never the user's own display: windows would open there, and their size would change what tests see. */
const startDisplay = async (group) => {
  const args = ["-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
  const server = await group.start("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] })
  return new Promise((resolve, reject) => {
    server.stdio[3].once("data", (digits) => resolve(`:${String(digits).trim()}`))
    server.once("close", () => reject(new Error("Xvfb ended at once")))
  })
}

const talkTo = (base) => async (method, path, body) => {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: method === "POST" ? JSON.stringify(body ?? {}) : undefined,
  })
  const { value } = await response.json()
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value?.error}: ${value?.message}`)
  return value
}

const untilReady = async (ask) => {
  const giveUpAt = performance.now() + startTimeoutMs
  for (;;) {
    try {
      return await ask("GET", "/status")
    } catch (cause) {
      if (performance.now() > giveUpAt) throw cause
      await delay(pollMs)
    }
  }
}

const openSession = async (group, profile) => {
  const DISPLAY = await startDisplay(group)
  const port = await freePort()
  const env = {
    ...process.env,
    DISPLAY,
    FILESYNC_WEBKIT_PROFILE: profile,
    // No graphics card, no accessibility bus, no sandbox helper: machines that run tests have none of them.
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
  }
  await group.start("WebKitWebDriver", ["--host=127.0.0.1", `--port=${port}`], { stdio: "ignore", env })
  const ask = talkTo(`http://127.0.0.1:${port}`)
  await untilReady(ask)
  const alwaysMatch = {
    // Who opens a page here has a way of its own to learn that it came.
    pageLoadStrategy: "none",
    "webkitgtk:browserOptions": { binary: browserProgram, args: [] },
  }
  const { sessionId, capabilities } = await ask("POST", "/session", { capabilities: { alwaysMatch } })
  return { ask, path: `/session/${sessionId}`, capabilities }
}

/** Starts a window; `isPrivate` gives one without a profile, where there is no file storage. */
export const startWebkit = async ({ isPrivate = false } = {}) => {
  const group = makeGroup()
  const profile = isPrivate ? "" : mkdtempSync(join(tmpdir(), "filesync-webkit-"))
  const stop = () => {
    group.end()
    if (profile !== "") rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  try {
    const { ask, path, capabilities } = await openSession(group, profile)
    return {
      version: capabilities.browserVersion,
      open: (url) => ask("POST", `${path}/url`, { url }),
      async stop() {
        // Asked first, so that it has closed its files when its profile is removed.
        await ask("DELETE", path).catch(() => undefined)
        stop()
      },
    }
  } catch (cause) {
    stop()
    throw cause
  }
}
