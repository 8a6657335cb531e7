import { build } from "esbuild"
import { join } from "node:path"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { textWorkers } from "../../scripts/build/text-workers.mjs"

/** Bundles a file of the project as if a fault were in it; `faulty` is the faulty text of `file`. */
const seededFile = ({ file, faulty }) => ({
  name: "seeded-fault",
  setup({ onLoad }) {
    const path = join(projectRoot, file)
    onLoad({ filter: /\.ts$/ }, (args) =>
      args.path === path ? { contents: faulty, loader: "ts" } : undefined,
    )
  },
})

/** Workers that are imported as a text, with the fault in them as well. */
const seededTextWorkers = (seeded) => ({
  name: "seeded-text-workers",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:/ }, ({ path }) =>
      path in textWorkers ? { path, namespace: "text-worker" } : undefined,
    )
    onLoad({ filter: /.*/, namespace: "text-worker" }, async ({ path }) => ({
      contents: (await bundle(textWorkers[path], { format: "esm", plugins: seeded })).outputFiles[0].text,
      loader: "text",
    }))
  },
})

const bundle = (entry, options) =>
  build({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    bundle: true,
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"', "process.env.FILESYNC_LONG": '""' },
    write: false,
    logLevel: "error",
    ...options,
  })

/** Writes a test file with all it imports from this project, with a fault (or `undefined`) in it, to one file. */
export const bundleTest = (test, fault, outfile) => {
  const seeded = fault === undefined ? [] : [seededFile(fault)]
  return bundle(test, {
    packages: "external",
    ignoreAnnotations: true,
    format: "esm",
    sourcemap: "inline",
    plugins: [...seeded, seededTextWorkers(seeded)],
    write: true,
    outfile,
  })
}

/** The classic service worker's text, with a fault in it. */
export const bundleServiceWorker = async (fault) => {
  const { outputFiles } = await bundle("sw/classic.ts", { format: "iife", plugins: [seededFile(fault)] })
  return outputFiles[0].text
}
