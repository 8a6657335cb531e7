/** What `npm test` consists of. Each stage takes a `write` for its output, and gives `{ passed, failed }`. */
import { build } from "../build.mjs"
import { browserTests, check, nodeTests, simulation } from "./programs.mjs"

/** Checks of the sources: they need no build. */
export const checks = {
  types: check("node_modules/typescript7/bin/tsc", "-p", "."),
  lint: check("node_modules/oxlint/bin/oxlint"),
  format: check("node_modules/@biomejs/biome/bin/biome", "format", "."),
  unused: check("node_modules/knip/bin/knip.js", "--no-progress", "--no-config-hints"),
}

export const buildStage = {
  build: async (write) => {
    await build({ say: (line) => write(`${line}\n`) })
    return { passed: 1, failed: 0 }
  },
}

/** Tests that run two at a time, the longest first: together they keep two cores busy. */
export const tests = {
  unit: browserTests(),
  // Much of an end-to-end test is waiting.
  e2e: nodeTests("--at-once=2", "sw/e2e", "test/e2e", "test/frameworks/server-rendering.test.mjs"),
  server: nodeTests("server", "scripts", "test/package"),
  docs: nodeTests("test/docs"),
  simulate: simulation("--seeds", "80"),
}

/** What needs the registry or many minutes: by name, or with `everything`. */
export const furtherTests = {
  visual: nodeTests("test/visual"),
  install: nodeTests("test/frameworks"),
}
