#!/usr/bin/env node
/**
 * `npm run test:engines`: the unit tests in Chromium, Firefox, WebKitGTK and a private WebKitGTK window, one after the
 * other; in Firefox also the service worker's end-to-end tests, which `npm test` runs in Chromium.
 *
 * Installs what is missing where it can (Debian, as root); an engine that cannot be had is skipped, and the table says
 * so. `npm run test:engines -- firefox webkit sw/segments.test.ts` narrows to engines and files. The last line is
 * `N passed, N failed`.
 */
import { findEngine, engineNames } from "./test/engines/find-engine.mjs"
import { endToEndFiles, runEndToEnd, runEngine } from "./test/engines/run-engine.mjs"
import { installIfNeeded } from "./ensure-installed.mjs"

/** A private window offers no file storage, so only these tests, which need none, run there. */
const privateFiles = ["src/services/local-file-storage/layer-auto.test.ts"]

const say = (line) => console.log(line)
const count = (outcomes, key) => outcomes.reduce((sum, outcome) => sum + outcome[key].length, 0)

const runOne = async (engine, files) => {
  say(`\n── ${engine}`)
  let found
  try {
    found = await findEngine(engine, say)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    say(`skipped: ${reason}`)
    return { engine, version: "", reason, outcomes: [], seconds: 0 }
  }
  say(`${engine} ${found.version}`)
  const startedAt = performance.now()
  const { environment } = found
  const isEndToEnd = (file) => file.endsWith(".test.mjs")
  const isNarrowed = files.length > 0
  const unitFiles = files.filter((file) => !isEndToEnd(file))
  const endToEnd = isNarrowed ? files.filter(isEndToEnd) : (endToEndFiles[engine] ?? [])
  const outcomes = []
  if (!isNarrowed || unitFiles.length > 0) {
    outcomes.push(...(await runEngine({ engine, environment, files: unitFiles, say })))
  }
  if (endToEnd.length > 0) outcomes.push(...(await runEndToEnd({ engine, environment, files: endToEnd })))
  return { engine, version: found.version, outcomes, seconds: (performance.now() - startedAt) / 1000 }
}

const listed = (results, key, title, describe) => {
  for (const { engine, outcomes } of results) {
    for (const { file, [key]: tests } of outcomes) {
      for (const test of tests) say(`${title} in ${engine}: ${file}: ${describe(test)}`)
    }
  }
}

const table = (results) => {
  const rows = [["engine", "version", "passed", "failed", "skipped", "seconds"]]
  for (const { engine, version, reason, outcomes, seconds } of results) {
    const numbers = ["passed", "failed", "skipped"].map((key) => String(count(outcomes, key)))
    rows.push(
      reason === undefined
        ? [engine, version, ...numbers, seconds.toFixed(1)]
        : [engine, "not run", "-", "-", "-", "-"],
    )
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const isText = (column) => column < 2
  for (const row of rows) {
    say(
      row
        .map((cell, at) => (isText(at) ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
        .join("  ")
        .trimEnd(),
    )
  }
}

const report = (results) => {
  say("")
  listed(results, "skipped", "skipped", (name) => name)
  listed(results, "failed", "FAILED", ({ name, message }) => `${name} ${message}`.trimEnd())
  for (const { engine, reason } of results) if (reason !== undefined) say(`NOT RUN ${engine}: ${reason}`)
  say("")
  table(results)
}

const main = async () => {
  const asked = process.argv.slice(2)
  const engines = engineNames.filter((name) => asked.includes(name))
  const files = asked.filter((name) => !engineNames.includes(name))
  await installIfNeeded(say)
  const results = []
  for (const engine of engines.length > 0 ? engines : engineNames) {
    const isNarrowed = files.length > 0
    results.push(await runOne(engine, engine === "webkit-private" && !isNarrowed ? privateFiles : files))
  }
  report(results)
  const outcomes = results.flatMap((result) => result.outcomes)
  return { passed: count(outcomes, "passed"), failed: count(outcomes, "failed") }
}

let total = { passed: 0, failed: 1 }
try {
  total = await main()
} catch (cause) {
  say(cause instanceof Error ? cause.message : String(cause))
}
say(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
