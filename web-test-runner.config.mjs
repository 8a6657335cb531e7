/** Unit and contract tests in a real Chromium: `npx wtr`, or `npx wtr path/to/x.test.ts` for one file. */
import { esbuildPlugin } from "@web/dev-server-esbuild"
import { defaultReporter } from "@web/test-runner"
import { playwrightLauncher } from "@web/test-runner-playwright"
import { fileURLToPath } from "node:url"
import { chromiumFlags, findBrowser } from "./scripts/find-browser.mjs"
import {
  backendPlugin,
  classicServiceWorkerPlugin,
  ioWorkerPlugin,
  serviceWorkerScope,
  typescriptUrls,
} from "./scripts/test/server-plugins.mjs"
import { summaryReporter } from "./scripts/test/summary-reporter.mjs"
import { vendorPlugin } from "./scripts/test/vendor-plugin.mjs"
import { adapterStoresPlugin } from "./test/contracts/adapters/stores/plugin.mjs"

const root = fileURLToPath(new URL("./", import.meta.url))
const executablePath = findBrowser()
if (executablePath === undefined) {
  throw new Error("No Chromium that starts. Run `node scripts/find-browser.mjs`, or set CHROME_PATH.")
}

export default {
  rootDir: root,
  files: ["{src,components,sw}/**/*.test.ts", "test/contracts/**/*.test.ts"],
  concurrency: 2,
  nodeResolve: { exportConditions: ["browser", "production"] },
  browsers: [
    playwrightLauncher({ product: "chromium", launchOptions: { executablePath, args: chromiumFlags } }),
  ],
  plugins: [
    ioWorkerPlugin(),
    vendorPlugin({
      root,
      folders: ["src", "components", "sw", "test/contracts", "test/support"],
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
    esbuildPlugin({ ts: true, target: "es2022", tsconfig: `${root}tsconfig.json` }),
    classicServiceWorkerPlugin({ root }),
    backendPlugin(),
    adapterStoresPlugin(),
  ],
  middleware: [typescriptUrls({ root }), serviceWorkerScope],
  reporters: [defaultReporter({ reportTestProgress: false }), summaryReporter()],
  testFramework: { config: { timeout: 15_000 } },
  testsStartTimeout: 60_000,
  testsFinishTimeout: 300_000,
}
