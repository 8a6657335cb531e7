/** What knip takes for entries: what `package.json` publishes, what pages and workers load by address, and programs. */
import { classicServiceWorkers, dropInEntries, libraryEntries } from "./scripts/build/entries.mjs"

const sources = (entries) => Object.values(entries).filter((path) => path.endsWith(".ts"))

export default {
  entry: [
    ...[libraryEntries, dropInEntries, classicServiceWorkers].flatMap(sources),
    // Bundled to text, or for workerd.
    "src/services/local-file-storage/io-worker/main.ts",
    "src/thumbnails/worker/main.ts",
    "src/preprocessors/worker/main.ts",
    "server/worker.ts",
    "scripts/*.mjs",
    "**/*.test.{ts,mjs}",
    "!.cache/**",
    // Programs of tests and measurements.
    "test/**/{run,measure}.mjs",
    "test/livestore/{page,worker,databases-worker}.ts",
    "sw/e2e/{page,play,module}.ts",
    "bench/pages/*.js",
    // For the peer's page alone, which is a package of its own.
    "bench/pages/shared/hide-bodies.js",
    // Loaded by a page's script tags.
    "demo/{*,elements/*}.js",
    "server/examples/*.mjs",
    "web-test-runner.config.mjs",
    "test/mutation/wtr.config.mjs",
  ],
  project: ["**/*.{ts,mjs,js}"],
  ignore: [
    // Packages of their own, which are installed and built where they are tested.
    "demo/{board,plain,vue,svelte,react}/**",
    "bench/{peer,uppy}/**",
    // Programs for others to run, with LiveStore alone.
    "docs/upstream/**/*.{ts,mjs}",
    // For the site: what they import stands beside them there.
    "scripts/docs/assets/**",
  ],
  ignoreDependencies: [
    // Started by its path, because it has no entry.
    "@arethetypeswrong/cli",
    // Bundled from a text in a test.
    "workbox-precaching",
    "workbox-routing",
    // Named by a declaration for samples; it comes with other tools.
    "vite",
  ],
  // Of the system, and asked for before they are used.
  ignoreBinaries: ["apt-get", "dpkg", "sha256sum"],
  // What the page's server answers.
  ignoreUnresolved: ["/livestore-filesync/filesync.js"],
  // A type that only its own file names is still a word of a published declaration.
  ignoreExportsUsedInFile: { interface: true, type: true },
}
