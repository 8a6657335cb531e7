/** Finds each engine, installs what is missing where it can, and proves by a start that it works. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { findBrowser } from "../../find-browser.mjs"
import { startWebkit } from "./webkit-session.mjs"

const installTimeoutMs = 600_000

/** Stock Firefox over WebDriver BiDi. */
export const firefoxLaunchOptions = (executablePath) => ({ channel: "moz-firefox", executablePath })

const onSearchPath = (name) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))

const canInstall = () => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")

const apt = (...args) =>
  spawnSync("apt-get", args, {
    stdio: ["ignore", 2, 2],
    timeout: installTimeoutMs,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  }).status === 0

/** Package names differ between releases: each entry is one package, or the alternatives for it. */
const installPackages = (packages, say) => {
  if (!canInstall()) return false
  say(`installing ${packages.join(" ")} with apt-get …`)
  return apt("update", "-q") && apt("install", "-y", "-q", "--no-install-recommends", ...packages)
}

const firefoxVersion = async (executablePath) => {
  if (!executablePath) return undefined
  const { firefox } = await import("playwright-core")
  const browser = await firefox.launch(firefoxLaunchOptions(executablePath)).catch(() => undefined)
  if (browser === undefined) return undefined
  const version = browser.version()
  await browser.close()
  return version
}

/** Where Firefox may be, the likeliest first. */
export const firefoxPaths = () =>
  [
    process.env.FIREFOX_PATH,
    onSearchPath("firefox-esr"),
    onSearchPath("firefox"),
    "/Applications/Firefox.app/Contents/MacOS/firefox",
  ].filter((path) => path && existsSync(path))

const firefox = async (say) => {
  const startOne = async () => {
    for (const path of firefoxPaths()) {
      const version = await firefoxVersion(path)
      if (version !== undefined) return { version, environment: { FIREFOX_PATH: path } }
    }
    return undefined
  }
  const found = await startOne()
  if (found !== undefined) return found
  if (installPackages(["firefox-esr"], say)) {
    const installed = await startOne()
    if (installed !== undefined) return installed
  }
  throw new Error("no Firefox that starts; install one, or set FIREFOX_PATH")
}

const webkitPackages = ["webkit2gtk-driver", "xvfb", "gir1.2-webkit2-4.1", "python3-gi"]

const webkitVersion = async () => {
  const window = await startWebkit()
  await window.stop()
  return window.version
}

const webkit = async (say) => {
  if (process.platform !== "linux") throw new Error("WebKitGTK runs on Linux only")
  const first = await webkitVersion().catch(() => undefined)
  if (first !== undefined) return { version: first, environment: {} }
  if (!installPackages(webkitPackages, say)) {
    throw new Error(
      `WebKitGTK does not start; as root on Debian: apt-get install ${webkitPackages.join(" ")}`,
    )
  }
  return { version: await webkitVersion(), environment: {} }
}

const chromium = async (say) => {
  const path = findBrowser({ install: true, say })
  if (path === undefined) throw new Error("no Chromium that starts; install one, or set CHROME_PATH")
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 30_000 })
  return { version: /[\d.]+/.exec(stdout ?? "")?.[0] ?? "", environment: { CHROME_PATH: path } }
}

const finders = { chromium, firefox, webkit, "webkit-private": webkit }

/** The engines there are. */
export const engineNames = Object.keys(finders)

/** The version of an engine that starts here, and the environment its launcher needs; rejects with the reason. */
export const findEngine = (engine, say) => finders[engine](say)
