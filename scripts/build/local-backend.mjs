/** `dist/dev/`: the local backend for `npx livestore-filesync dev`, its worker bundled, so that it needs miniflare only. */
import { build } from "esbuild"
import { join } from "node:path"
import { projectRoot } from "../ensure-installed.mjs"

/** The packaged backend is always given a built worker, so the bundler that makes one is left out. */
const withoutBundler = {
  name: "without-bundler",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^esbuild$/ }, ({ path }) => ({ path, namespace: "without-bundler" }))
    onLoad({ filter: /.*/, namespace: "without-bundler" }, () => ({
      contents:
        'export const build = () => { throw new Error("This backend is built: give it a workerFile.") }',
    }))
  },
}

const run = (write) => {
  const shared = {
    absWorkingDir: projectRoot,
    bundle: true,
    format: "esm",
    logLevel: "error",
    write,
    metafile: true,
  }
  return Promise.all([
    build({
      ...shared,
      entryPoints: [join(projectRoot, "server/local-backend.mjs")],
      outfile: join(projectRoot, "dist/dev/local-backend.mjs"),
      platform: "node",
      target: "node20",
      external: ["miniflare"],
      plugins: [withoutBundler],
    }),
    build({
      ...shared,
      entryPoints: [join(projectRoot, "server/worker.ts")],
      outfile: join(projectRoot, "dist/dev/worker.mjs"),
      platform: "browser",
      target: "es2022",
      conditions: ["workerd", "worker", "browser"],
      mainFields: ["browser", "module", "main"],
      external: ["cloudflare:*", "node:*"],
      define: { "process.env.NODE_ENV": '"production"' },
      minify: true,
    }),
  ])
}

/** Writes `dist/dev/local-backend.mjs` and `dist/dev/worker.mjs`. */
export const buildLocalBackend = () => run(true)

/** The modules that leave something in them, by their paths in the project. */
export const localBackendInputs = async () => {
  const results = await run(false)
  return results
    .flatMap(({ metafile }) => Object.values(metafile.outputs))
    .flatMap(({ inputs }) => Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0))
}
