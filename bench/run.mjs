#!/usr/bin/env node
/**
 * The benchmark: `npm run bench -- [--scenario NAME] [--subject NAME] [--quick] [--rounds N] [--profile FOLDER]
 * [--json]`.
 *
 * stdout has one JSON object a line with `--json`, else a table; everything else goes to stderr. A run
 * rewrites the results of its scenarios in `README.md`.
 */
import { loadavg } from "node:os"
import { browserVersion, closeBrowsers, limitCalls } from "./harness/browser.mjs"
import { collectMeasurements } from "./harness/measurements.mjs"
import { readOptions } from "./harness/options.mjs"
import { preparePeer } from "./harness/peer.mjs"
import { formatTable, writeReport } from "./harness/report.mjs"
import { startSite } from "./harness/site.mjs"
import { removeTemporaryFolders } from "./harness/temporary-folder.mjs"
import { prepareUppy } from "./harness/uppy.mjs"
import { scenarios } from "./scenarios/index.mjs"

const say = (line) => process.stderr.write(`${line}\n`)

const allSubjects = ["ours", "floor", "peer", "uppy"]

/** Installed on demand; what cannot be is left out, and the run says so. */
const preparations = { peer: preparePeer, uppy: prepareUppy }

/** No scenario may take longer, so that one that hangs does not stop the rest. Several times what it takes. */
const scenarioLimitMs = { quick: 150_000, full: 60 * 60_000 }

const within = (limitMs, work) => {
  let timer
  const limit = new Promise((_, reject) => {
    const error = new Error(`It was not done after ${limitMs / 1000} s`)
    timer = setTimeout(() => reject(error), limitMs)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

let ending
const end = (site) => {
  ending ??= (async () => {
    await closeBrowsers()
    await site?.stop()
    removeTemporaryFolders()
  })()
  return ending
}

/** A browser that was closed adds its whole log to the message. */
const brief = (cause) => String(cause.stack ?? cause).replace(/Browser logs:[\s\S]*?(?=\n {4}at )/, "")

const firstLine = (cause) => brief(cause).split("\n", 1)[0].slice(0, 200)

const main = async () => {
  const options = readOptions(
    process.argv.slice(2),
    scenarios.flatMap(({ names }) => names),
  )
  const isWanted = (name) => options.scenarios.length === 0 || options.scenarios.includes(name)
  const wanted = scenarios.filter(({ names }) => names.some(isWanted))
  let subjects = allSubjects.filter(
    (name) => options.subjects.length === 0 || options.subjects.includes(name),
  )
  const missing = []
  const beginLoad = loadavg()[0]
  const prepared = {}
  for (const [name, prepare] of Object.entries(preparations)) {
    if (!subjects.includes(name)) continue
    prepared[name] = await prepare({ say })
    if (prepared[name].missing === undefined) continue
    const line = `${name}: ${prepared[name].missing}`
    say(`left out: ${line}`)
    missing.push(line)
    subjects = subjects.filter((other) => other !== name)
  }
  const parts = new Set(["library", ...wanted.flatMap(({ parts: needed = [] }) => needed)])
  const site = await startSite({ subjects, parts: [...parts], say, peer: prepared.peer })
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.removeAllListeners(signal)
    process.once(signal, () => end(site).finally(() => process.exit(130)))
  }
  limitCalls(options.quick ? 100_000 : 20 * 60_000)
  const lines = []
  const failures = new Map()
  try {
    for (const scenario of wanted) {
      const beginMs = performance.now()
      const names = scenario.names.filter(isWanted)
      const measurements = new Map(names.map((name) => [name, collectMeasurements(name)]))
      const recordFor = (name) => measurements.get(name).record
      const taking = subjects.filter((name) => scenario.subjects.includes(name))
      try {
        const { quick } = options
        const running = scenario.run({
          site,
          subjects: taking,
          quick,
          roundsOf: (inQuick, inFull) => options.rounds ?? (quick ? inQuick : inFull),
          names,
          record: recordFor(names[0]),
          recordFor,
          profileFolder: options.profile,
          say,
        })
        running.catch(() => {}) // Reported below, unless it timed out before.
        await within(quick ? scenarioLimitMs.quick : scenarioLimitMs.full, running)
      } catch (cause) {
        for (const name of names) failures.set(name, firstLine(cause))
        say(`${names.join(", ")} failed: ${brief(cause)}`)
        await closeBrowsers()
      }
      const found = [...measurements.values()].flatMap((one) => one.lines())
      lines.push(...found)
      if (options.json) for (const line of found) process.stdout.write(`${JSON.stringify(line)}\n`)
      say(`${names.join(", ")}: ${((performance.now() - beginMs) / 1000).toFixed(0)} s`)
    }
  } finally {
    await end(site)
  }
  if (!options.json) process.stdout.write(formatTable(lines))
  for (const [name, message] of failures) say(`FAILED ${name}: ${message}`)
  if (options.report && lines.length + failures.size > 0) {
    writeReport(lines, {
      failures,
      quick: options.quick,
      missing,
      load: Math.max(beginLoad, loadavg()[0]),
      browserVersion: await browserVersion(),
      scenarioNames: [...new Set(scenarios.flatMap(({ names }) => names))],
    })
  }
  return failures.size === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (cause) {
  say(String(cause.stack ?? cause))
  await end().catch(() => {})
  process.exitCode = 1
}
