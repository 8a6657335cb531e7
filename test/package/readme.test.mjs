import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))
// Inside the package, so that its own name resolves as it does for an app that installed it.
const folder = join(root, ".cache/readme")

/** What a sample takes for granted: the app around it. */
const surroundings = `
import type { AttachedStore } from "livestore-filesync"
declare global {
  const store: AttachedStore
  const file: File
  type R2Bucket = import("livestore-filesync/server").R2BucketLike
}
export {}
`

const samples = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(
  (match) => match[1],
)

describe("the README", () => {
  it("has samples that compile against the built package", () => {
    assert.ok(samples.length >= 3, "there are no samples to check")
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "surroundings.ts"), surroundings)
    samples.forEach((sample, at) => {
      // The schema's sample is what the others import.
      const name = sample.includes("extendSchema({") ? "schema.ts" : `sample-${at}.ts`
      writeFileSync(join(folder, name), sample)
    })
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: "../../tsconfig.json",
        compilerOptions: { noEmit: true, types: [], noUnusedLocals: false },
        include: ["*.ts"],
      }),
    )
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(root, "node_modules/typescript7/bin/tsc"), "-p", folder],
      { encoding: "utf8" },
    )
    assert.equal(status, 0, stdout)
  })
})
