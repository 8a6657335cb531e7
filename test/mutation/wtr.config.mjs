/** The unit tests' configuration for a run that ends at the first failing test of a file: one is enough. */
import config from "../../web-test-runner.config.mjs"

export default {
  ...config,
  testFramework: { config: { ...config.testFramework.config, bail: true } },
}
