/**
 * Unit and contract tests in a real Chromium: `npx wtr`, or `npx wtr path/to/x.test.ts` for one file. `TEST_ENGINE` names
 * another engine, once `npm run test:engines` has found it.
 */
import { esbuildPlugin } from "@web/dev-server-esbuild"
import { defaultReporter } from "@web/test-runner"
import { fileURLToPath } from "node:url"
import { bundleTests } from "./scripts/test/bundle-tests.mjs"
import { engineLauncher } from "./scripts/test/engines/launchers.mjs"
import { recordReporter } from "./scripts/test/engines/record-reporter.mjs"
import {
  backendPlugin,
  classicServiceWorkerPlugin,
  serviceWorkerScope,
  textWorkersPlugin,
  typescriptUrls,
} from "./scripts/test/server-plugins.mjs"
import { summaryReporter } from "./scripts/test/summary-reporter.mjs"
import { vendorPlugin } from "./scripts/test/vendor-plugin.mjs"
import { adapterStoresPlugin } from "./test/contracts/adapters/stores/plugin.mjs"

const root = fileURLToPath(new URL("./", import.meta.url))
const { TEST_ENGINE = "chromium", TEST_RECORD } = process.env

/** The same cases in every size, with every adapter: minutes more. */
const define = { "process.env.FILESYNC_LONG": JSON.stringify(process.env.FILESYNC_LONG ?? "") }

// Engines are compared file by file, and a run of named files must show an edit in them at once.
const isWhole = TEST_RECORD === undefined && process.argv.slice(2).every((word) => word.startsWith("-"))

export default {
  rootDir: root,
  files: isWhole
    ? await bundleTests(root, { define })
    : ["{src,components,sw}/**/*.test.ts", "test/contracts/**/*.test.ts"],
  concurrency: 2,
  nodeResolve: { exportConditions: ["browser", "production"] },
  browsers: [engineLauncher(TEST_ENGINE)],
  plugins: [
    textWorkersPlugin(),
    vendorPlugin({
      root,
      folders: ["src", "components", "sw", "test/contracts", "test/support", "test/visual/scenes"],
      // Always in, so that a new import of one of them does not cost a build.
      extraIds: [
        "@esm-bundle/chai",
        "@livestore/adapter-web",
        "@livestore/livestore",
        "axe-core",
        "effect",
        "fast-check",
        "hash-wasm",
        "lit",
        "lit/decorators.js",
        "lit/directives/class-map.js",
        "lit/directives/if-defined.js",
        "lit/directives/repeat.js",
      ],
    }),
    esbuildPlugin({ ts: true, target: "es2022", tsconfig: `${root}tsconfig.json`, define }),
    classicServiceWorkerPlugin({ root }),
    backendPlugin(),
    adapterStoresPlugin(),
  ],
  middleware: [typescriptUrls({ root }), serviceWorkerScope],
  reporters: [
    defaultReporter({ reportTestProgress: false }),
    summaryReporter({ root }),
    ...(TEST_RECORD === undefined ? [] : [recordReporter({ root, path: TEST_RECORD })]),
  ],
  // A test that hangs is stopped; one on a busy machine, or in a slower engine, is not.
  testFramework: { config: { timeout: 120_000 } },
  browserStartTimeout: 120_000,
  testsStartTimeout: 120_000,
  testsFinishTimeout: 900_000,
}
