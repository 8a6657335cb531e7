/**
 * The unit tests' configuration for bundles with faults: a file ends at its first failing test, and `MUTATION_RECORD` gets
 * what became of each. `MUTATION_FAULT` names a fault for the service worker that the test server gives.
 */
import { writeFileSync } from "node:fs"
import { relative } from "node:path"
import config from "../../web-test-runner.config.mjs"
import { withFault } from "./apply-fault.mjs"
import { faults } from "./faults.mjs"
import { bundleServiceWorker } from "./with-fault-plugin.mjs"

const { MUTATION_RECORD, MUTATION_FAULT } = process.env
const fault = faults.find(({ name }) => name === MUTATION_FAULT)

const seededServiceWorker = {
  name: "seeded-service-worker",
  async serve({ path }) {
    if (fault === undefined || path !== "/filesync-sw.js") return undefined
    return { body: await bundleServiceWorker({ ...fault, ...withFault(fault) }), type: "js" }
  },
}

const firstFailure = ({ errors = [], testResults }) => {
  const failedIn = ({ tests, suites }) =>
    tests.find(({ passed, skipped }) => !passed && !skipped) ?? suites.map(failedIn).find(Boolean)
  return (testResults && failedIn(testResults)?.name) ?? errors[0]?.message
}

const recordFiles = () => {
  const outcomes = {}
  return {
    reportTestFileResults({ testFile, sessionsForTestFile: [session] }) {
      const file = relative(config.rootDir, testFile)
      outcomes[file] = { isGreen: session.passed, said: firstFailure(session) ?? "" }
      console.log(`${session.passed ? "green" : "red  "} ${file} ${outcomes[file].said}`)
      writeFileSync(MUTATION_RECORD, JSON.stringify(outcomes))
    },
  }
}

export default {
  ...config,
  plugins: [seededServiceWorker, ...config.plugins],
  reporters: [recordFiles()],
  testFramework: { config: { ...config.testFramework.config, bail: true } },
  testsFinishTimeout: 300_000,
}
