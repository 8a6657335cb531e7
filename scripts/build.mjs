#!/usr/bin/env node
/** Builds `dist/`: `npm run build`. As a module: builds the parts one asks for, when their sources changed. */
import { copyFileSync, existsSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { pruneDeclarations } from "./build/declarations.mjs"
import { docsSources } from "./docs/table-of-contents.mjs"
import { buildIfNeeded, forgetBuild, projectRoot, run } from "./ensure-installed.mjs"
import { integrityOf } from "./release/integrity.mjs"

const rollup = (...args) => run(process.execPath, ["node_modules/rollup/dist/bin/rollup", "-c", ...args])

/** Chunk names carry hashes, so each part begins by removing what it left last time. */
const remove = (...paths) => {
  for (const path of paths) rmSync(join(projectRoot, path), { recursive: true, force: true })
}

const parts = {
  async library() {
    remove("dist/modules", "dist/components", "dist/adapters", "dist/server", "dist/sw")
    await rollup("--configOnly", "library")
  },
  async types() {
    remove("dist/types")
    await run(process.execPath, ["node_modules/typescript7/bin/tsc", "-p", "tsconfig.build.json"])
    pruneDeclarations(projectRoot)
  },
  async elements() {
    remove("dist/frameworks")
    const { buildElementData } = await import("./build/elements.mjs")
    await buildElementData()
  },
  async "drop-in"() {
    remove("dist/cdn")
    await rollup("--configOnly", "drop-in")
  },
  async "service-worker"() {
    await rollup("--configOnly", "service-worker")
  },
  async "local-backend"() {
    remove("dist/dev")
    // Not at the top: esbuild may not be installed yet when this file is loaded.
    const { buildLocalBackend } = await import("./build/local-backend.mjs")
    await buildLocalBackend()
  },
  async docs() {
    const { buildDocs } = await import("./docs/build-docs.mjs")
    buildDocs()
  },
  /** Last: it is about the files of two other parts. */
  async integrity() {
    const cdn = join(projectRoot, "dist/cdn")
    // That folder is hosted as it is, and the licences of what is inside go with it.
    copyFileSync(join(projectRoot, "THIRD-PARTY.md"), join(cdn, "THIRD-PARTY.md"))
    const integrity = JSON.stringify(integrityOf(cdn), undefined, 2)
    writeFileSync(join(projectRoot, "dist/integrity.json"), `${integrity}\n`)
  },
}

/** Parts that wrote into what another part begins by removing: after it they are made again, whatever their sources. */
const spoils = { "drop-in": ["service-worker", "integrity"] }

/** What a part is made from, where that is not what all of them are made from. */
const sourcesOf = { docs: docsSources }

/** What a running demo needs. */
export const demoParts = ["drop-in", "service-worker", "elements", "docs"]

/** Builds the named parts; default all. Gives back whether anything was built. */
export const build = async ({ only = Object.keys(parts), force = false, say }) => {
  let anything = false
  for (const name of only) {
    const made = await buildIfNeeded(name, { say, force, build: parts[name], sources: sourcesOf[name] })
    if (!made) continue
    anything = true
    for (const spoilt of spoils[name] ?? []) forgetBuild(spoilt)
  }
  return anything
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build({ force: true, say: (line) => console.log(line) })
  } catch (cause) {
    console.error(cause.message)
    process.exit(1)
  }
  if (existsSync(join(projectRoot, "dist/cdn"))) {
    const { printSizes } = await import("./size.mjs")
    printSizes()
  }
}
