/** Counts what ran in all browsers; `npm test` reads the closing line. */

const count = (suite, total) => {
  for (const test of suite.tests) {
    if (test.skipped) total.skipped += 1
    else if (test.passed) total.passed += 1
    else total.failed += 1
  }
  for (const inner of suite.suites) count(inner, total)
}

/** Prints `N passed, N failed` alone on the last line. A file that could not run counts as one failure. */
export const summaryReporter = () => ({
  onTestRunFinished({ sessions }) {
    const total = { passed: 0, failed: 0, skipped: 0 }
    for (const session of sessions) {
      const failedBefore = total.failed
      if (session.testResults) count(session.testResults, total)
      if (!session.passed && total.failed === failedBefore) total.failed += 1
    }
    if (total.skipped > 0) console.log(`\n${total.skipped} skipped`)
    console.log(`\n${total.passed} passed, ${total.failed} failed`)
  },
})
