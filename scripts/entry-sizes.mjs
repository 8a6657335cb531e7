/** What importing an entry of the package adds to an app that has LiveStore, Effect and Lit already. */
import { build } from "esbuild"
import { dirname, relative } from "node:path"
import { gzipSync } from "node:zlib"
import { adapters, elements } from "./build/entries.mjs"
import { projectRoot } from "./ensure-installed.mjs"

const lit = ["lit", "lit/*", "@lit/*"]
const platforms = ["node:*", "cloudflare:*"]
const peers = ["effect", "effect/*", "@effect/*", "@livestore/*", ...lit, ...platforms]

const gzip = (content) => gzipSync(content, { level: 9 }).length
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)

const bundle = (options) =>
  build({
    absWorkingDir: projectRoot,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', "import.meta.env": "undefined" },
    write: false,
    metafile: true,
    outdir: ".",
    logLevel: "silent",
    ...options,
  })

/**
 * Leaves what is imported late outside, and notes it. Not esbuild's own splitting: that moves all that a late module
 * shares with the rest into a chunk between them, where other bundlers keep it with the rest.
 */
const leaveLateOutside = (late) => ({
  name: "leave-late-outside",
  setup: (context) =>
    context.onResolve({ filter: /^\./ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind !== "dynamic-import" || pluginData === "asked") return undefined
      const found = await context.resolve(path, { kind, resolveDir, pluginData: "asked" })
      late.add(relative(projectRoot, found.path).replaceAll("\\", "/"))
      return { path: found.path, external: true }
    }),
})

/** Leaves these modules outside: they are there already. */
const leaveOutside = (modules) => ({
  name: "leave-outside",
  setup: (context) =>
    context.onResolve({ filter: /^\./ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind === "entry-point" || pluginData === "asked") return undefined
      const found = await context.resolve(path, { kind, resolveDir, pluginData: "asked" })
      const isThere = modules.has(relative(projectRoot, found.path).replaceAll("\\", "/"))
      return isThere ? { path: found.path, external: true } : undefined
    }),
})

/**
 * A minified bundle of these statements: what loads at once with the modules it is made of, and what loads later. The
 * package is imported by its own name, so that `exports` and `sideEffects` are what decides.
 */
export const bundleImport = async (statements, { external = peers } = {}) => {
  const late = new Set()
  const { outputFiles, metafile } = await bundle({
    stdin: { contents: statements, resolveDir: projectRoot, sourcefile: "import.js" },
    external,
    plugins: [leaveLateOutside(late)],
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const modules = new Map(inputs.map(([module, { bytesInOutput }]) => [module, bytesInOutput]))
  const gzipLater = async (module) => {
    const plugins = [leaveOutside(modules), leaveLateOutside(late)]
    const only = { entryPoints: [`./${module}`], external: peers, plugins }
    return gzip((await bundle(only)).outputFiles[0].contents)
  }
  return {
    gzipBytes: gzip(outputFiles[0].contents),
    /** Minified bytes by module. */
    modules,
    /** What loads late, also what that loads later still, and its gzip bytes. What two of them share counts twice. */
    later: async () => {
      const files = []
      // Grows while it is walked.
      for (const module of late) files.push({ module, gzipBytes: await gzipLater(module) })
      return files
    },
  }
}

/** Gzip bytes of what loads at once. */
export const measureImport = async (statements) => (await bundleImport(statements)).gzipBytes

const all = (entry) => `export * from "livestore-filesync${entry}"`
const allOf = (folder, names) =>
  Object.fromEntries(names.map((name) => [`./${folder}/${name}`, all(`/${folder}/${name}`)]))

/** What an app has that uses LiveStore in the browser. */
const livestoreApp = `
export { makePersistedAdapter } from "@livestore/adapter-web"
export { createStorePromise, Events, makeSchema, queryDb, Schema, State } from "@livestore/livestore"
`

/** What the same app imports of ours, with its own store, our backend and the three elements. */
export const appImports = `
export { openFileSync, registerFileSyncServiceWorker } from "livestore-filesync"
export { httpAdapter } from "livestore-filesync/adapters/http"
export { extendSchema } from "livestore-filesync/schema"
import "livestore-filesync/components/filesync-image"
import "livestore-filesync/components/filesync-status"
import "livestore-filesync/components/filesync-upload"
`

const groupOf = (module) => {
  if (!module.startsWith("dist/")) return "Effect (what LiveStore itself does not use)"
  const name = module.replace(/^dist\/(?:modules\/)?/, "").replace(/\.js$/, "")
  if (name.startsWith("_virtual/")) return `${name.replace(/^_virtual\/_?virtual_/, "")} (text)`
  return name.includes("/") ? dirname(name) : "src"
}

/**
 * Loaded late, and only where it is needed: another language, a file large enough for parts, a browser without OPFS, a
 * service worker that cannot be registered. All else that loads late counts as if it were there at once.
 */
const isRare = ({ module }) => /\/(?:localize\/[a-z]+|multipart)\.js$/.test(module)

/**
 * What an app pays for files: the app is bundled without us and with us, both with LiveStore and Effect inside and
 * Lit outside, and the difference is counted. A module's part of the gzip bytes is its part of the minified bytes.
 */
export const measureApp = async () => {
  const external = [...lit, ...platforms]
  const without = await bundleImport(livestoreApp, { external })
  const whole = await bundleImport(livestoreApp + appImports, { external })
  const gzipBytes = whole.gzipBytes - without.gzipBytes
  const modules = [...whole.modules]
    .map(([name, bytes]) => ({ name, group: groupOf(name), bytes: bytes - (without.modules.get(name) ?? 0) }))
    .filter(({ bytes }) => bytes !== 0)
  const bytes = sum(modules.map((module) => module.bytes))
  const withShare = (entry) => ({ ...entry, gzipBytes: Math.round((entry.bytes / bytes) * gzipBytes) })
  const groups = new Map()
  for (const module of modules) groups.set(module.group, (groups.get(module.group) ?? 0) + module.bytes)
  const bySize = (one, other) => other.gzipBytes - one.gzipBytes
  const later = (await whole.later()).filter(({ module }) => module.startsWith("dist/")).toSorted(bySize)
  return {
    /** What loads at once, beside it, and with the first picture that is saved. */
    ordinaryGzipBytes: gzipBytes + sum(later.filter((file) => !isRare(file)).map((file) => file.gzipBytes)),
    gzipBytes,
    bytes,
    groups: [...groups].map(([name, groupBytes]) => withShare({ name, bytes: groupBytes })).toSorted(bySize),
    modules: modules.map(withShare).toSorted(bySize),
    later,
  }
}

/** Statements by the name they are listed under. */
export const measuredImports = {
  "the engine alone": 'export { createFileSync } from "livestore-filesync"',
  "three elements alone": appImports.replaceAll(/^export.*$/gm, ""),
  "registerFileSyncServiceWorker alone": 'export { registerFileSyncServiceWorker } from "livestore-filesync"',
  "hashFile alone": 'export { hashFile } from "livestore-filesync"',
  "everything in .": all(""),
  "./schema": all("/schema"),
  "./livestore": all("/livestore"),
  ...allOf("adapters", adapters),
  "./preprocessors": all("/preprocessors"),
  "./components": all("/components"),
  ...allOf("components", elements),
  "./sw": all("/sw"),
  "./sw/background": all("/sw/background"),
}
