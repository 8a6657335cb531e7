import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { after, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { reachableDeclarations } from "../../scripts/build/declarations.mjs"
import { classicServiceWorkers, dropInEntries } from "../../scripts/build/entries.mjs"
import { pack } from "../support/packed.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const folder = temporaryFolder("pack")
after(folder.remove)

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const { tarball, files } = pack(folder.path)
const paths = files.map(({ path }) => path)
const below = (place, ending) => paths.filter((path) => path.startsWith(place) && path.endsWith(ending))
const read = (path) => readFileSync(join(root, path), "utf8")

/** Every script that another one of the package loads: by import, or as a worker or wasm beside it. */
const loadedFrom = (scripts) =>
  new Set(
    scripts.flatMap((path) =>
      [...read(path).matchAll(/["'`](\.{0,2}\/?[\w.~/-]+\.(?:js|wasm))["'`]/g)].map((match) =>
        join(dirname(path), match[1]),
      ),
    ),
  )

describe("the packed package", () => {
  it("has its licence, its words and its command", () => {
    for (const path of ["LICENSE", "README.md", "package.json", ...Object.values(manifest.bin)]) {
      assert.ok(paths.includes(path), path)
    }
  })

  it("has no sources, no tests and nothing of the build's own", () => {
    const allowed = /^(?:dist\/|bin\/|LICENSE$|README\.md$|package\.json$)/
    const forbidden = /\.test\.|test-support|\.built-|\.tsbuildinfo|(?<!\.d)\.ts$/
    assert.deepEqual(
      paths.filter((path) => !allowed.test(path) || forbidden.test(path)),
      [],
    )
  })

  it("has every file that an entry leads to", () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target),
    )
    const missing = targets
      .map((target) => target.replace("./", ""))
      .filter((path) => !path.includes("*") && !paths.includes(path))
    assert.deepEqual(missing, [])
  })

  it("has no chunk that nothing loads", () => {
    const scripts = below("dist/", ".js")
    const loaded = loadedFrom(scripts)
    const entries = new Set([
      ...Object.values(manifest.exports).map((target) =>
        (typeof target === "string" ? target : target.default).replace("./", ""),
      ),
      // The drop-in's folder is hosted as it is, and these are asked for by name.
      ...[...Object.keys(dropInEntries), ...Object.keys(classicServiceWorkers)].map(
        (name) => `dist/cdn/${name}.js`,
      ),
    ])
    assert.deepEqual(
      scripts.filter((path) => !loaded.has(path) && !entries.has(path)),
      [],
    )
  })

  it("has exactly the declarations that an entry leads to", () => {
    const wanted = [...reachableDeclarations(root)].map((path) => relative(root, path).replaceAll("\\", "/"))
    assert.deepEqual(below("dist/types/", ".d.ts").toSorted(), wanted.toSorted())
  })

  it("has source maps that carry their sources, and mentions none that is not there", () => {
    for (const path of below("", ".map")) {
      const { sources, sourcesContent } = JSON.parse(read(path))
      assert.equal(sourcesContent?.length, sources.length, path)
      assert.ok(
        sourcesContent.every((source) => typeof source === "string"),
        path,
      )
    }
    for (const path of [...below("", ".js"), ...below("", ".mjs"), ...below("", ".d.ts")]) {
      const [, map] = /^\/\/# sourceMappingURL=(?!data:)(.+)$/m.exec(read(path)) ?? []
      if (map !== undefined) assert.ok(paths.includes(join(dirname(path), map)), `${path} mentions ${map}`)
    }
    const mentioned = (path) => read(path.replace(/\.map$/, "")).includes("sourceMappingURL=")
    assert.deepEqual(
      below("", ".map").filter((path) => !mentioned(path)),
      [],
    )
  })

  it("names only side effects that exist", () => {
    const missing = manifest.sideEffects
      .filter((path) => path.startsWith("./dist/") && !path.includes("*"))
      .filter((path) => !existsSync(join(root, path)))
    assert.deepEqual(missing, [])
  })

  it("is clean for publint", async () => {
    const { messages, pkg } = await publint({ pkgDir: root, pack: false, strict: true, level: "warning" })
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    )
  })

  it("gives types to every entry under bundler and node16 resolution, says attw", () => {
    // Scripts for a page, not modules for a program: what they are called with is a URL.
    const scripts = ["./filesync.js", "./filesync-sw.js", "./filesync-sw-background.js", "./cdn/*"]
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        join(root, "node_modules/@arethetypeswrong/cli/dist/index.js"),
        tarball,
        ...["--profile", "esm-only", "--no-emoji", "--format", "ascii"],
        ...["--exclude-entrypoints", ...scripts.map((name) => name.replace("./", ""))],
      ],
      { encoding: "utf8" },
    )
    assert.equal(status, 0, stdout)
  })
})
