/**
 * Three builds into `dist/`: the library for apps with a bundler, the script-tag drop-in in `dist/cdn/`, and the classic
 * service worker. `rollup -c --configOnly drop-in,service-worker` builds some of them.
 */
import commonjs from "@rollup/plugin-commonjs"
import json from "@rollup/plugin-json"
import { nodeResolve } from "@rollup/plugin-node-resolve"
import replace from "@rollup/plugin-replace"
import terser from "@rollup/plugin-terser"
import { copyFileSync, existsSync } from "node:fs"
import { dirname, join } from "node:path"
import esbuild, { minify } from "rollup-plugin-esbuild"
import {
  classicServiceWorkers,
  dropInEntries,
  dropInScripts,
  isImportedForEffect,
  libraryEntries,
} from "./scripts/build/entries.mjs"
import { minifyTemplatesPlugin } from "./scripts/build/minify-templates.mjs"
import { textWorkersRollupPlugin } from "./scripts/build/text-workers.mjs"

const target = "es2022"

/** What an app brings itself: a second copy of one of these on a page would break it. */
const external = [
  /^effect($|\/)/,
  /^@effect\//,
  /^@livestore\//,
  /^lit($|\/)/,
  /^@lit\//,
  /^node:/,
  /^cloudflare:/,
]

const typescript = () => esbuild({ target, tsconfig: "tsconfig.json" })

/**
 * Finds our own `x.ts` for `./x.js`, and says which modules are imported for what they do. Without it the resolver
 * would ask `sideEffects` in `package.json`, which speaks of the built files, and drop registrations.
 */
const ownSources = () => ({
  name: "own-sources",
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith(".") || importer.includes("node_modules"))
      return undefined
    const id = join(dirname(importer), source).replace(/\.js$/, ".ts")
    return existsSync(id) ? { id, moduleSideEffects: isImportedForEffect(id) } : undefined
  },
})

const resolve = () =>
  nodeResolve({ browser: true, exportConditions: ["browser", "production"], preferBuiltins: false })

/** LiveStore and its kin ask for their environment; nothing else may be left for the browser to answer. */
const environment = () =>
  replace({
    preventAssignment: true,
    values: { "process.env.NODE_ENV": '"production"', "import.meta.env": "undefined" },
  })

/** LiveStore's database engine looks for its wasm beside the module that loads it. */
const wasmBeside = () => ({
  name: "wasm-beside",
  writeBundle: ({ dir }) =>
    copyFileSync("node_modules/@livestore/wa-sqlite/dist/wa-sqlite.wasm", join(dir, "wa-sqlite.wasm")),
})

/** The page and the workers have no package manager: what is not in the bundle is not there. */
const nothingLeftOutside = () => ({
  name: "nothing-left-outside",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue
      const outside = [...chunk.imports, ...chunk.dynamicImports].filter((name) => !(name in bundle))
      if (outside.length > 0) this.error(`${chunk.fileName} imports ${outside.join(", ")} from outside`)
    }
  },
})

const onwarn = (warning, warn) => {
  const isInDependency = /node_modules/.test(
    `${warning.id ?? ""}${warning.ids?.join() ?? ""}${warning.message}`,
  )
  const harmless = [
    "CIRCULAR_DEPENDENCY",
    "THIS_IS_UNDEFINED",
    "INVALID_ANNOTATION",
    "EVAL",
    "UNRESOLVED_IMPORT",
  ]
  if (isInDependency && harmless.includes(warning.code)) return
  warn(warning)
}

const library = () => ({
  input: libraryEntries,
  external,
  output: {
    dir: "dist",
    format: "es",
    // A file for each source, so that every bundler leaves out what an app does not use: none of them can prove that
    // `class extends make()`, as each of our errors and services is, does nothing else.
    preserveModules: true,
    preserveModulesRoot: ".",
    entryFileNames: ({ name }) =>
      `${name in libraryEntries ? name : `modules/${name.replace(/^.*node_modules/, "packages")}`}.js`,
    sourcemap: true,
    // The bare imports it would add help no bundler, and some warn about them.
    hoistTransitiveImports: false,
  },
  plugins: [
    textWorkersRollupPlugin(),
    ownSources(),
    typescript(),
    minifyTemplatesPlugin(),
    resolve(),
    json(),
    commonjs(),
  ],
  onwarn,
})

const dropIn = (input) => ({
  input,
  // The shell stays one file: what its late parts share with it may be exported beside what pages import.
  preserveEntrySignatures: "allow-extension",
  output: {
    dir: "dist/cdn",
    format: "es",
    chunkFileNames: "[name]-[hash].js",
    minifyInternalExports: true,
    // Made, but neither announced nor published: they are three times the size of all the rest.
    sourcemap: "hidden",
  },
  plugins: [
    textWorkersRollupPlugin(),
    environment(),
    ownSources(),
    typescript(),
    minifyTemplatesPlugin(),
    resolve(),
    json(),
    commonjs(),
    minify({ target, legalComments: "none" }),
    nothingLeftOutside(),
    wasmBeside(),
  ],
  onwarn,
})

/** The service worker starts with every page; terser saves 4 % more than esbuild. */
const smallest = {
  ecma: 2020,
  compress: { passes: 3, inline: 1, pure_getters: true },
}

const serviceWorker = ([name, entry]) => ({
  input: { [name]: entry },
  // In both places: for `importScripts` from the package, and beside the drop-in wherever that is hosted.
  output: ["dist", "dist/cdn"].map((dir) => ({ dir, format: "iife", sourcemap: "hidden" })),
  plugins: [ownSources(), typescript(), resolve(), terser(smallest)],
  onwarn,
})

const builds = {
  library,
  "drop-in": () => [dropIn(dropInEntries), dropIn(dropInScripts)],
  "service-worker": () => Object.entries(classicServiceWorkers).map(serviceWorker),
}

export default ({ configOnly }) => {
  const wanted = configOnly === undefined ? Object.keys(builds) : configOnly.split(",")
  return wanted.flatMap((name) => builds[name]())
}
