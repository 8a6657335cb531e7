/** Decides what is up to date, with nothing but Node: packages against the lockfile, builds against their sources. */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { fileURLToPath } from "node:url"

/** The folder of this project, with a slash at the end. */
export const projectRoot = fileURLToPath(new URL("../", import.meta.url))

const inProject = (path) => join(projectRoot, path)
const installStamp = inProject("node_modules/.filesync-installed")

const isSource = (path) =>
  /\.(?:ts|mjs|js|json|css|html)$/.test(path) && !/\.test\.(?:ts|mjs)$/.test(path) && statSync(path).isFile()

const isFile = (path) => statSync(path).isFile()

const filesBelow = (path, isCounted) => {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, String(name)))
    .filter(isCounted)
    .toSorted()
}

/**
 * One hash over names and contents; times lie after a clone, a checkout or a copy, and so would absolute paths: a
 * project folder that was copied or renamed is as fresh as before.
 */
const fingerprint = (paths, isCounted = isSource) => {
  const hash = createHash("sha256")
  for (const path of paths.map(inProject).flatMap((one) => filesBelow(one, isCounted))) {
    hash
      .update(`${relative(projectRoot, path)}\0`)
      .update(readFileSync(path))
      .update("\0")
  }
  return hash.digest("hex")
}

const isStamped = (stamp, value) => existsSync(stamp) && readFileSync(stamp, "utf8") === value

const writeStamp = (stamp, value) => {
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, value)
}

const children = new Set()
process.on("exit", () => {
  for (const child of children) child.kill()
})

/** Runs a program in the project folder with our output; rejects when it fails. It ends when this process ends. */
export const run = (command, args) =>
  new Promise((resolve, reject) => {
    const isWindowsScript = process.platform === "win32" && command === "npm"
    const child = spawn(command, args, { cwd: projectRoot, stdio: "inherit", shell: isWindowsScript })
    children.add(child)
    const fail = (outcome) => reject(new Error(`\`${[command, ...args].join(" ")}\` failed: ${outcome}`))
    child.on("error", (cause) => fail(cause.message))
    child.on("close", (code, signal) => {
      children.delete(child)
      if (code === 0) resolve()
      else fail(signal ?? `exit code ${code}`)
    })
  })

/** An install by hand counts as well: npm's own record is then newer than the lockfile. */
const npmSaysInstalled = () => {
  const record = inProject("node_modules/.package-lock.json")
  return (
    !existsSync(installStamp) &&
    existsSync(record) &&
    statSync(record).mtimeMs >= statSync(inProject("package-lock.json")).mtimeMs
  )
}

/** Installs the packages of the lockfile unless they are there. */
export const installIfNeeded = async (say) => {
  const wanted = fingerprint(["package-lock.json"])
  if (isStamped(installStamp, wanted)) return
  if (!npmSaysInstalled()) {
    const isFirst = !existsSync(inProject("node_modules"))
    say(
      isFirst
        ? "installing packages (first start only) …"
        : "package-lock.json changed: installing packages …",
    )
    await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
  }
  writeStamp(installStamp, wanted)
}

const buildSources = [
  "src",
  "components",
  "sw",
  "server",
  "scripts/build",
  "rollup.config.mjs",
  "tsconfig.json",
  "tsconfig.build.json",
  "package.json",
  "package-lock.json",
  "THIRD-PARTY.md",
]

const buildStamp = (name) => inProject(`dist/.built-${name}`)

/** Makes the next `buildIfNeeded` run this part, even if its sources stay as they are. */
export const forgetBuild = (name) => rmSync(buildStamp(name), { force: true })

const buildLock = inProject(".cache/build.lock")
const lockPollMs = 200

const isAlive = (processId) => {
  try {
    process.kill(processId, 0)
    return true
  } catch (cause) {
    return cause.code === "EPERM"
  }
}

/** One build at a time: each begins by removing what the last one left. A lock whose holder is gone is no lock. */
const withBuildLock = async (work) => {
  mkdirSync(dirname(buildLock), { recursive: true })
  for (;;) {
    try {
      writeFileSync(buildLock, String(process.pid), { flag: "wx" })
      break
    } catch (cause) {
      if (cause.code !== "EEXIST") throw cause
      const holder = Number(readFileSync(buildLock, "utf8"))
      if (holder > 0 && !isAlive(holder)) rmSync(buildLock, { force: true })
      else await delay(lockPollMs)
    }
  }
  const unlock = () => rmSync(buildLock, { force: true })
  process.on("exit", unlock)
  try {
    return await work()
  } finally {
    process.off("exit", unlock)
    unlock()
  }
}

/**
 * Runs one part of the build, such as `drop-in`, unless its sources are what they were; `force` runs it anyway.
 * `sources`: the files and folders it is made from, where these are not the package's; every file in them counts.
 */
export const buildIfNeeded = async (name, { say, force = false, build, sources: own }) => {
  const read = () => (own === undefined ? fingerprint(buildSources) : fingerprint(own, isFile))
  if (!force && isStamped(buildStamp(name), read())) return false
  return withBuildLock(async () => {
    const sources = read()
    if (!force && isStamped(buildStamp(name), sources)) return false
    say(`building ${name} …`)
    // A build that fails half-way must not look like the one before it.
    forgetBuild(name)
    await build()
    writeStamp(buildStamp(name), sources)
    return true
  })
}
