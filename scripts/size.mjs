#!/usr/bin/env node
/** Prints what apps and pages download, in bytes and gzip: `npm run size`, `npm run size -- --modules`. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { projectRoot } from "./ensure-installed.mjs"

const cdn = join(projectRoot, "dist/cdn")

/** Minified code keeps this shape: rollup writes the import specifiers, and esbuild only drops the spaces. */
const staticImport = /(?:\bfrom\s*|\bimport\s*)["'](\.\/[^"']+)["']/g
const dynamicImport = /\bimport\(\s*["'](\.\/[^"']+)["']\s*\)/g

const importsOf = (name, pattern) =>
  [...readFileSync(join(cdn, name), "utf8").matchAll(pattern)].map((match) => basename(match[1]))

/** A file and everything it loads at once. */
const staticGraph = (name, seen = new Set()) => {
  if (seen.has(name) || !existsSync(join(cdn, name))) return seen
  seen.add(name)
  for (const next of importsOf(name, staticImport)) staticGraph(next, seen)
  return seen
}

/** What loads later from these files, beyond `known`: dynamic imports and all they bring. */
const lazyGraph = (files, known) => {
  const lazy = new Set()
  const queue = [...files]
  for (const name of queue) {
    for (const file of importsOf(name, dynamicImport).flatMap((next) => [...staticGraph(next)])) {
      if (known.has(file) || lazy.has(file)) continue
      lazy.add(file)
      queue.push(file)
    }
  }
  return lazy
}

const beyond = (files, ...known) => new Set([...files].filter((file) => known.every((set) => !set.has(file))))

const measure = (paths) => {
  const contents = [...paths].map((path) => readFileSync(path))
  return {
    files: contents.length,
    bytes: contents.reduce((sum, content) => sum + content.length, 0),
    gzipBytes: contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0),
  }
}

/** Rows of name, number of files, bytes and gzip bytes; a part that was not built is left out. */
export const measureSizes = () => {
  const inCdn = (names) => [...names].map((name) => join(cdn, name))
  const rows = []
  const add = (name, paths) => {
    if (paths.length > 0 && paths.every((path) => existsSync(path))) rows.push({ name, ...measure(paths) })
  }
  const shell = staticGraph("filesync.js")
  const engineEntry = importsOf("filesync.js", dynamicImport).filter((name) => name.startsWith("engine"))
  const atOnce = beyond(new Set(engineEntry.flatMap((name) => [...staticGraph(name)])), shell)
  const engine = new Set([...atOnce, ...lazyGraph(atOnce, new Set([...shell, ...atOnce]))])
  const worker = beyond(staticGraph("livestore-worker.js"), shell, engine)
  const shared = beyond(staticGraph("shared-worker.js"), shell, engine, worker)
  const elementEntries = importsOf("filesync.js", dynamicImport).filter((name) => !name.startsWith("engine"))
  const elements = beyond(new Set(elementEntries.flatMap((name) => [...staticGraph(name)])), shell)
  const languages = beyond(lazyGraph(elements, elements), engine, shell)
  add("drop-in shell (at once)", inCdn(shell))
  add("Lit and all elements (each when seen)", inCdn(elements))
  add("engine (lazy, with LiveStore and Effect)", inCdn(engine))
  add("LiveStore worker (beyond the engine)", inCdn(worker))
  add("LiveStore shared worker (beyond those)", inCdn(shared))
  add("languages (only the page's, on demand)", inCdn(languages))
  add("SQLite wasm", [join(cdn, "wa-sqlite.wasm")])
  add("service worker (classic)", [join(projectRoot, "dist/filesync-sw.js")])
  add("its uploads in the background (classic, Chromium)", [
    join(projectRoot, "dist/filesync-sw-background.js"),
  ])
  const everything = existsSync(cdn) ? readdirSync(cdn).filter((name) => /\.(?:js|wasm)$/.test(name)) : []
  add("everything the script tag can load", inCdn(everything))
  return rows
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

/** Prints {@link measureSizes} as a table. */
export const printSizes = () => {
  const rows = measureSizes()
  const width = Math.max(0, ...rows.map(({ name }) => name.length))
  console.log(
    `\n${"".padEnd(width)} ${"files".padStart(6)} ${"minified".padStart(11)} ${"gzip".padStart(11)}`,
  )
  for (const { name, files, bytes, gzipBytes } of rows) {
    const numbers = [
      String(files).padStart(6),
      kilobytes(bytes).padStart(11),
      kilobytes(gzipBytes).padStart(11),
    ]
    console.log(`${name.padEnd(width)} ${numbers.join(" ")}`)
  }
}

const printTable = (title, rows) => {
  const width = Math.max(title.length, ...rows.map(({ name }) => name.length))
  console.log(`\n${title.padEnd(width)} ${"minified".padStart(11)} ${"gzip".padStart(11)}`)
  for (const { name, bytes, gzipBytes } of rows) {
    const minified = bytes === undefined ? "" : kilobytes(bytes)
    console.log(`${name.padEnd(width)} ${minified.padStart(11)} ${kilobytes(gzipBytes).padStart(11)}`)
  }
}

/** Prints what an app with LiveStore pays for files, part by part, or module by module. */
const printApp = async ({ measureApp }, { isByModule }) => {
  const { ordinaryGzipBytes, gzipBytes, bytes, groups, modules, later } = await measureApp()
  printTable("An app with LiveStore, with our files less without, no Lit", [
    { name: "what an ordinary session loads", gzipBytes: ordinaryGzipBytes },
    { name: "of that, at once", bytes, gzipBytes },
  ])
  printTable("at once, by place", isByModule ? modules : groups)
  const name = (module) => module.replace(/^dist\/(?:modules\/)?/, "")
  printTable(
    "later, when it is needed",
    later.map((file) => ({ name: name(file.module), gzipBytes: file.gzipBytes })),
  )
}

/** Prints what each entry of the package adds to an app that has its peers. */
const printEntries = async ({ measuredImports, measureImport }) => {
  const rows = []
  for (const [name, statements] of Object.entries(measuredImports)) {
    rows.push({ name, gzipBytes: await measureImport(statements) })
  }
  printTable("imported, without LiveStore, Effect and Lit", rows)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const entrySizes = await import("./entry-sizes.mjs")
  await printApp(entrySizes, { isByModule: process.argv.includes("--modules") })
  await printEntries(entrySizes)
  printSizes()
}
