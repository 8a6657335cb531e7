import { spawn } from "node:child_process"

const timeoutMs = 10 * 60_000

/** Installs what the `package.json` in `cwd` names, which has exact versions; npm's output goes to stderr. */
export const npmInstall = (cwd) =>
  new Promise((resolve, reject) => {
    const args = [
      "install",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      "--legacy-peer-deps",
      "--ignore-scripts",
    ]
    const child = spawn("npm", args, {
      cwd,
      stdio: ["ignore", 2, 2],
      timeout: timeoutMs,
      shell: process.platform === "win32",
    })
    child.on("error", reject)
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`npm install ended with ${code}`)),
    )
  })
