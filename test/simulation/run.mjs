/** `npm run simulate -- --seeds N --start K`, or `--seed S` to replay one: bundles the simulation and runs it in Node. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("../../", import.meta.url))
const outfile = `${root}.cache/simulation/main.mjs`
await build({
  entryPoints: [`${root}test/simulation/main.ts`],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: "inline",
  logLevel: "warning",
})
const { status } = spawnSync(process.execPath, ["--enable-source-maps", outfile, ...process.argv.slice(2)], {
  stdio: "inherit",
})
process.exit(status ?? 1)
