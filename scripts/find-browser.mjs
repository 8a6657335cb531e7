#!/usr/bin/env node
/** Finds a Chromium that really starts, and installs one when asked to. As a program it prints the path. */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** Pages that Chromium loads for each new window, seconds of processor time each: suggestions of its address bar. */
const costlyFeatures = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]

/** What Playwright 1.64 disables: Chromium follows only the last such flag, which is ours. */
const disabledByPlaywright = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "DialMediaRouteProvider",
  "GlobalMediaControls",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "BlockOriginHeaderModificationOnRedirect",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "Translate",
  "AutoDeElevate",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
]

/** Flags that make Chromium start in containers, keep it from calling home, and from background work. */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${[...disabledByPlaywright, ...costlyFeatures].join()}`,
]

const isWindows = process.platform === "win32"
const probeTimeoutMs = 30_000
const installTimeoutMs = 600_000

/** Starting is the only proof: a snap stub or a browser with missing libraries exists on disk as well. */
const starts = (path) => {
  if (!path || !existsSync(path)) return false
  const args = ["--headless", ...chromiumFlags, "--dump-dom", "data:text/html,<p>it-starts"]
  const probe = spawnSync(path, args, {
    timeout: probeTimeoutMs,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
  return (probe.stdout ?? "").includes("it-starts")
}

const onSearchPath = (name) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, isWindows ? `${name}.exe` : name))
    .filter((path) => existsSync(path))

const systemBrowsers = () => {
  const named = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"]
  const found = named.flatMap(onSearchPath)
  if (process.platform === "darwin") {
    found.push(
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
    )
  }
  if (isWindows) {
    for (const base of [
      process.env.PROGRAMFILES,
      process.env["PROGRAMFILES(X86)"],
      process.env.LOCALAPPDATA,
    ]) {
      if (base) found.push(join(base, "Google/Chrome/Application/chrome.exe"))
    }
  }
  return found
}

const playwrightBrowser = () => {
  try {
    return [createRequire(import.meta.url)("playwright-core").chromium.executablePath()]
  } catch {
    return []
  }
}

/** Output of installers goes to stderr, because stdout carries the answer. */
const run = (command, args, env = {}) =>
  spawnSync(command, args, {
    stdio: ["ignore", 2, 2],
    timeout: installTimeoutMs,
    env: { ...process.env, ...env },
    shell: isWindows,
  }).status === 0

/** The file of Playwright's own command. Named by its package file: its `exports` keep every deeper path private. */
export const playwrightProgram = () => {
  const packageFile = createRequire(import.meta.url).resolve("playwright-core/package.json")
  return join(dirname(packageFile), JSON.parse(readFileSync(packageFile, "utf8")).bin["playwright-core"])
}

const installWithPlaywright = () =>
  run(process.execPath, [playwrightProgram(), "install", "chromium"]) ? playwrightBrowser() : []

const installWithApt = (packageName, programs) => {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return []
  run("apt-get", ["update", "-q"])
  run("apt-get", ["install", "-y", "-q", "--no-install-recommends", packageName], {
    DEBIAN_FRONTEND: "noninteractive",
  })
  return programs.flatMap(onSearchPath)
}

/** Chromium without a window's parts: the same engine for 60 % of the processor time (20 end-to-end tests: 41 s, not 70). */
const headlessShell = "chromium-headless-shell"

const isHeadlessShell = (path) => /headless.shell/.test(path ?? "")

/** A way that breaks is one that found nothing: the next one is tried. */
const candidatesOf = (name, candidates, say) => {
  try {
    return candidates()
  } catch (cause) {
    say(`browser: ${name} failed (${cause.message}); looking further`)
    return []
  }
}

/**
 * The path of a Chromium that starts, or `undefined`.
 *
 * Order: `CHROME_PATH`, the system's, Playwright's own; then, with `install`, Playwright's installer and `apt-get`
 * (only as root on Debian and its kin). With `shell: "first"` Chromium's headless shell comes right after `CHROME_PATH`, and
 * with `install` it is installed by `apt-get`; with `shell: "never"` it is not taken, because it draws some things otherwise.
 */
export const findBrowser = ({ install = false, shell, say = () => {} } = {}) => {
  const { CHROME_PATH } = process.env
  const isAsked = !(shell === "never" && isHeadlessShell(CHROME_PATH))
  const ways = [
    ["CHROME_PATH", () => (isAsked ? [CHROME_PATH] : [])],
    ["system", systemBrowsers],
    ["Playwright's own", playwrightBrowser],
  ]
  if (shell === "first") {
    const shells = [["headless shell", () => onSearchPath(headlessShell)]]
    if (install) shells.push(["apt-get", () => installWithApt(headlessShell, [headlessShell])])
    ways.splice(1, 0, ...shells)
  }
  if (install) {
    ways.push(["Playwright's installer", installWithPlaywright])
    ways.push(["apt-get", () => installWithApt("chromium", ["chromium", "chromium-browser"])])
  }
  for (const [name, candidates] of ways) {
    const path = candidatesOf(name, candidates, say).find(starts)
    if (path !== undefined) {
      say(`browser: ${path} (${name})`)
      return path
    }
    if (name === "CHROME_PATH" && isAsked && CHROME_PATH) {
      say(`browser: CHROME_PATH=${CHROME_PATH} does not start; looking further`)
    }
  }
  return undefined
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = findBrowser({
    install: !process.argv.includes("--no-install"),
    say: (line) => process.stderr.write(`${line}\n`),
  })
  if (path === undefined) {
    process.stderr.write("No Chromium that starts. Install one, or set CHROME_PATH to its path.\n")
    process.exit(1)
  }
  console.log(path)
}
