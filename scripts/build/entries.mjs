/** Every entry of the package: its file in `dist/` (without extension) and its source. `package.json` exports mirror it. */

/** Elements, by the name of their tag, of their folder in `components` and of their export. */
export const elements = [
  "filesync-image",
  "filesync-upload",
  "filesync-status",
  "filesync-list",
  "filesync-viewer",
  "filesync-inspector",
]
/** Adapters, by the name of their file in `src/services/remote-file-storage/adapters` and of their export. */
export const adapters = ["http", "cloudflare", "s3", "memory", "none"]

/** Entries for apps with a bundler, as ES modules. */
export const libraryEntries = {
  index: "src/index.ts",
  schema: "src/schema/index.ts",
  livestore: "src/livestore/index.ts",
  preprocessors: "src/preprocessors/index.ts",
  testing: "src/testing/index.ts",
  sw: "sw/index.ts",
  "sw/background": "sw/background/index.ts",
  server: "server/index.ts",
  "server/node": "server/node.ts",
  components: "components/index.ts",
  ...Object.fromEntries(
    adapters.map((name) => [`adapters/${name}`, `src/services/remote-file-storage/adapters/${name}.ts`]),
  ),
  ...Object.fromEntries(
    elements.flatMap((name) => [
      [`components/${name}`, `components/${name}/define.ts`],
      [`components/${name}/class`, `components/${name}/${name}.ts`],
    ]),
  ),
}

/** The script-tag build: page shell, lazy engine and workers in one graph, so that they share chunks. */
export const dropInEntries = {
  filesync: "src/drop-in/filesync.ts",
  "livestore-worker": "src/drop-in/livestore-worker.ts",
  // The service worker looks for this name beside itself.
  "shared-worker": "@livestore/adapter-web/shared-worker",
}

/** Scripts of their own, built apart: what they shared with the page shell would be one more file for every page. */
export const dropInScripts = { "filesync-inspector": "components/filesync-inspector/define.ts" }

/** The service worker for `importScripts` and for hosting as it is, and what it imports where that is of use. */
export const classicServiceWorkers = {
  "filesync-sw": "sw/classic.ts",
  "filesync-sw-background": "sw/background/classic.ts",
}

/** Modules that register elements or start something when they are loaded; every other one may be left out unused. */
export const isImportedForEffect = (path) =>
  /[\\/](?:components[\\/](?:index|[^\\/]+[\\/]define)|src[\\/]drop-in[\\/][^\\/]+|sw[\\/](?:background[\\/])?classic)\.ts$/.test(
    path,
  )
