/** Writes what ran, file by file, for the program that compares engines. */
import { writeFileSync } from "node:fs"
import { relative } from "node:path"

const collect = (suite, path, outcome) => {
  for (const test of suite.tests) {
    const name = [...path, test.name].join(" › ")
    if (test.skipped) outcome.skipped.push(name)
    else if (test.passed) outcome.passed.push(name)
    else outcome.failed.push({ name, message: test.error?.message ?? "" })
  }
  for (const inner of suite.suites) collect(inner, inner.name ? [...path, inner.name] : path, outcome)
}

const fileOutcome = (root, session) => {
  const outcome = { file: relative(root, session.testFile), passed: [], failed: [], skipped: [] }
  if (session.testResults) collect(session.testResults, [], outcome)
  const hasRun = session.testResults !== undefined
  // A hook that failed, a page that never began, a browser that went away: no test says so.
  if (!session.passed && outcome.failed.length === 0) {
    const message = session.errors.map((error) => error.message).join("; ")
    outcome.failed.push({ name: "(the file itself)", message })
  }
  return { ...outcome, hasRun }
}

/** Writes the outcome of each test file as JSON to `path`. */
export const recordReporter = ({ root, path }) => ({
  onTestRunFinished({ sessions }) {
    writeFileSync(path, JSON.stringify([...sessions].map((session) => fileOutcome(root, session))))
  },
})
