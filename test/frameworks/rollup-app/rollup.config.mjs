/** What an app needs to bundle LiveStore with rollup: page and workers in one graph, so that they share chunks. */
import commonjs from "@rollup/plugin-commonjs"
import json from "@rollup/plugin-json"
import { nodeResolve } from "@rollup/plugin-node-resolve"
import replace from "@rollup/plugin-replace"
import { copyFileSync, mkdirSync } from "node:fs"
import { createRequire } from "node:module"

const require = createRequire(import.meta.url)

const beside = () => ({
  name: "beside",
  writeBundle({ dir }) {
    mkdirSync(dir, { recursive: true })
    const sqlite = createRequire(require.resolve("@livestore/adapter-web"))
    copyFileSync(sqlite.resolve("@livestore/wa-sqlite/dist/wa-sqlite.wasm"), `${dir}/wa-sqlite.wasm`)
    copyFileSync("index.html", `${dir}/index.html`)
  },
})

export default {
  input: {
    main: "main.js",
    "livestore-worker": "livestore-worker.js",
    "shared-worker": "@livestore/adapter-web/shared-worker",
  },
  output: { dir: "dist", format: "es" },
  plugins: [
    replace({
      preventAssignment: true,
      values: { "process.env.NODE_ENV": '"production"', "import.meta.env": "undefined" },
    }),
    nodeResolve({ browser: true, exportConditions: ["browser"], preferBuiltins: false }),
    json(),
    commonjs(),
    beside(),
  ],
  onwarn(warning, warn) {
    // Of the dependencies' own making; a warning about ours is one.
    if (!/livestore-filesync/.test(`${warning.id ?? ""}${warning.ids?.join() ?? ""}`)) return
    warn(warning)
  },
}
