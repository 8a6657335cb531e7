/** `import source from "virtual:io-worker"`: the whole I/O worker as a string, for rollup and for the test server. */
import { build } from "esbuild"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))
const entry = join(root, "src/services/local-file-storage/io-worker/main.ts")

/** The name it is imported by. */
export const ioWorkerId = "virtual:io-worker"

/** Bundles the I/O worker, with everything it imports, to one minified module. */
export const bundleIoWorker = async () => {
  const result = await build({
    entryPoints: [entry],
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
    source: result.outputFiles[0].text,
    inputs: Object.keys(result.metafile.inputs).map((path) => join(root, path)),
  }
}

/** The module text that exports the bundled worker. */
export const ioWorkerModule = async () => {
  const { source, inputs } = await bundleIoWorker()
  return { code: `export default ${JSON.stringify(source)}\n`, inputs }
}

/** For rollup. */
export const ioWorkerRollupPlugin = () => ({
  name: "io-worker",
  resolveId: (source) => (source === ioWorkerId ? `\0${ioWorkerId}` : undefined),
  async load(id) {
    if (id !== `\0${ioWorkerId}`) return undefined
    const { code, inputs } = await ioWorkerModule()
    for (const input of inputs) this.addWatchFile(input)
    return { code, map: { mappings: "" }, moduleSideEffects: false }
  },
})
