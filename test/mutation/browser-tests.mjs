import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { bundleTest } from "./with-fault-plugin.mjs"

const folder = ".cache/mutation"

/** Bundles of one run: to start a browser costs more than most of them, and one that crashes takes the rest along. */
const filesInRun = 40

let running

const runBundles = (files, env = {}) =>
  new Promise((resolve) => {
    const record = join(projectRoot, folder, "record.json")
    rmSync(record, { force: true })
    running = spawn(
      process.execPath,
      ["node_modules/@web/test-runner/dist/bin.js", "--config=test/mutation/wtr.config.mjs", ...files],
      {
        cwd: projectRoot,
        detached: true,
        stdio: ["ignore", "inherit", "inherit"],
        env: { ...process.env, MUTATION_RECORD: record, ...env },
      },
    )
    running.on("close", () => {
      running = undefined
      resolve(existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : {})
    })
  })

/** Ends the run that is under way. */
export const stopBrowser = () => {
  if (running !== undefined) process.kill(-running.pid, "SIGTERM")
}

const isOfServiceWorker = ({ fault, test }) => fault?.file.startsWith("sw/") && test === "sw/serving.test.ts"

/**
 * Runs browser tests with their faults, each pair bundled to a file of its own, so that many run in one browser and the
 * checkout stays as it is. `pairs` are `{ test, fault }`, where no fault means the test as it is; gives the outcomes in
 * their order, `undefined` where a run broke.
 */
export const runBrowserTests = async (pairs) => {
  rmSync(join(projectRoot, folder), { recursive: true, force: true })
  mkdirSync(join(projectRoot, folder), { recursive: true })
  const files = pairs.map(
    ({ test }, at) => `${folder}/${at}--${test.replaceAll("/", "--").replace(/\.ts$/, "")}.js`,
  )
  for (const [at, { test, fault }] of pairs.entries())
    await bundleTest(test, fault, join(projectRoot, files[at]))
  const outcomes = {}
  // The service worker is the origin's: with a fault in it, it needs a run for itself.
  const apart = files.filter((_, at) => isOfServiceWorker(pairs[at]))
  const together = files.filter((file) => !apart.includes(file))
  for (let start = 0; start < together.length; start += filesInRun)
    Object.assign(outcomes, await runBundles(together.slice(start, start + filesInRun)))
  for (const file of apart) {
    const { fault } = pairs[files.indexOf(file)]
    Object.assign(outcomes, await runBundles([file], { MUTATION_FAULT: fault.name }))
  }
  return files.map((file) => outcomes[file])
}
