/** `import source from "virtual:io-worker"`: a whole worker as a string, for rollup and for the test server. */
import { build } from "esbuild"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { minify } from "terser"

const root = fileURLToPath(new URL("../../", import.meta.url))

/** The workers by the name they are imported by. */
export const textWorkers = {
  "virtual:io-worker": "src/services/local-file-storage/io-worker/main.ts",
  "virtual:picture-worker": "src/thumbnails/worker/main.ts",
  "virtual:image-worker": "src/preprocessors/worker/main.ts",
}

/** The worker is a string in the library, which no minifier of an app looks into, so it is minified here. */
const smallest = { module: true, ecma: 2020, compress: { passes: 3, inline: 1, pure_getters: true } }

/** Bundles a worker, with everything it imports, to one minified module. */
export const bundleTextWorker = async (id) => {
  const result = await build({
    entryPoints: [join(root, textWorkers[id])],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    write: false,
    metafile: true,
    absWorkingDir: root,
    tsconfig: join(root, "tsconfig.json"),
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  })
  return {
    source: (await minify(result.outputFiles[0].text, smallest)).code,
    inputs: Object.keys(result.metafile.inputs).map((path) => join(root, path)),
  }
}

/** The module text that exports the bundled worker. */
export const textWorkerModule = async (id) => {
  const { source, inputs } = await bundleTextWorker(id)
  return { code: `export default ${JSON.stringify(source)}\n`, inputs }
}

/** For rollup. */
export const textWorkersRollupPlugin = () => ({
  name: "text-workers",
  resolveId: (source) => (source in textWorkers ? `\0${source}` : undefined),
  async load(id) {
    const worker = id.slice(1)
    if (id[0] !== "\0" || !(worker in textWorkers)) return undefined
    const { code, inputs } = await textWorkerModule(worker)
    for (const input of inputs) this.addWatchFile(input)
    return { code, map: { mappings: "" }, moduleSideEffects: false }
  },
})
