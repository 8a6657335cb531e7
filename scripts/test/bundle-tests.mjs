/** Makes one file of each test page: a page of some 250 modules takes seconds to load, whatever its tests do. */
import { build } from "esbuild"
import { join } from "node:path"
import { groupTests } from "./test-groups.mjs"

const folder = ".cache/test-pages"

/** `src/client/x.test.ts` becomes `src--client--x.test`. */
const pageOf = (file) => file.replace(/\.ts$/, "").replaceAll("/", "--")

/** The other way round, for people to read. */
export const sourceOf = (file) =>
  file.startsWith(`${folder}/`)
    ? file
        .slice(folder.length + 1)
        .replace(/\.js$/, ".ts")
        .replaceAll("--", "/")
    : file

/**
 * Bundles the sources of every page, and returns the names of the files to run. What is not a source (packages, workers
 * as text, commands of the test server) stays an import, which the test server resolves.
 */
export const bundleTests = async (root, { define }) => {
  const files = groupTests(root)
  await build({
    absWorkingDir: root,
    entryPoints: files.map((file) => ({ in: file, out: pageOf(file) })),
    outdir: join(root, folder),
    bundle: true,
    packages: "external",
    // `sideEffects` of package.json is about what apps import; a test file is imported for nothing but its effect.
    ignoreAnnotations: true,
    external: ["virtual:*"],
    format: "esm",
    target: "es2022",
    sourcemap: true,
    define,
    logLevel: "error",
  })
  return files.map((file) => `${folder}/${pageOf(file)}.js`)
}
