/** Counts what ran in all browsers; `npm test` reads the closing line. */
import { relative } from "node:path"
import { sourceOf } from "./bundle-tests.mjs"

const count = (suite, total) => {
  for (const test of suite.tests) {
    if (test.skipped) total.skipped += 1
    else if (test.passed) total.passed += 1
    else total.failed += 1
  }
  for (const inner of suite.suites) count(inner, total)
}

/** The full names of the tests of a suite that failed. */
const failedIn = (suite, above = "") => {
  const names = suite.tests
    .filter(({ skipped, passed }) => !skipped && !passed)
    .map((test) => `${above}${test.name}: ${test.error?.message?.split("\n")[0] ?? "no reason given"}`)
  return [...names, ...suite.suites.flatMap((inner) => failedIn(inner, `${above}${inner.name} > `))]
}

const countTests = (suite) => suite.suites.reduce((sum, inner) => sum + countTests(inner), suite.tests.length)

const durationOf = (suite) =>
  suite.tests.reduce((sum, test) => sum + (test.duration ?? 0), 0) +
  suite.suites.reduce((sum, inner) => sum + durationOf(inner), 0)

/** Prints the slowest test files, without the time that their pages take to load. */
const printSlowest = (root, sessions) => {
  const files = [...sessions]
    .filter(({ testResults }) => testResults !== undefined)
    .map(({ testFile, testResults }) => ({
      file: sourceOf(relative(root, testFile)),
      ms: durationOf(testResults),
    }))
    .toSorted((one, other) => other.ms - one.ms)
  const seconds = (ms) => `${(ms / 1000).toFixed(1).padStart(6)} s`
  console.log(`\n${seconds(files.reduce((sum, { ms }) => sum + ms, 0))}  in ${files.length} files`)
  for (const { file, ms } of files.slice(0, slowestFiles)) console.log(`${seconds(ms)}  ${file}`)
}

const slowestFiles = 15

/**
 * Prints the slowest files, each failure again (`failed: FILE: TEST: REASON`), and `N passed, N failed` alone on the last line. A file that could not run, or has no tests,
 * counts as one failure.
 */
export const summaryReporter = ({ root }) => ({
  onTestRunFinished({ sessions }) {
    const total = { passed: 0, failed: 0, skipped: 0 }
    const failures = []
    for (const session of sessions) {
      const failedBefore = total.failed
      const file = sourceOf(relative(root, session.testFile))
      if (session.testResults) {
        count(session.testResults, total)
        failures.push(...failedIn(session.testResults).map((name) => `${file}: ${name}`))
      }
      const isEmpty = session.testResults !== undefined && countTests(session.testResults) === 0
      if ((!session.passed || isEmpty) && total.failed === failedBefore) {
        total.failed += 1
        failures.push(
          `${file}: ${isEmpty ? "no tests" : (session.errors[0]?.message ?? "did not run to its end")}`,
        )
      }
    }
    printSlowest(root, sessions)
    console.log("")
    for (const failure of failures) console.log(`failed: ${failure}`)
    if (total.skipped > 0) console.log(`\n${total.skipped} skipped`)
    console.log(`\n${total.passed} passed, ${total.failed} failed`)
  },
})
