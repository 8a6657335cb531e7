import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { after, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { reachableDeclarations } from "../../scripts/build/declarations.mjs"
import {
  classicServiceWorkers,
  dropInEntries,
  dropInScripts,
  libraryEntries,
} from "../../scripts/build/entries.mjs"
import { readLink } from "../../scripts/docs/links.mjs"
import { renderMarkdown } from "../../scripts/docs/markdown.mjs"
import { pack } from "../support/packed.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const folder = temporaryFolder("pack")
after(folder.remove)

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const { tarball, path: packed, files } = pack(folder.path)
const paths = files.map(({ path }) => path)
const below = (place, ending) => paths.filter((path) => path.startsWith(place) && path.endsWith(ending))
const read = (path) => readFileSync(join(root, path), "utf8")

/** Every script that another one of the package loads: by import, or as a worker or wasm beside it. */
const loadedFrom = (scripts) =>
  new Set(
    scripts.flatMap((path) =>
      [...read(path).matchAll(/["'`](\.{0,2}\/?[\w.@~/-]+\.(?:js|wasm))["'`]/g)].map((match) =>
        join(dirname(path), match[1]),
      ),
    ),
  )

/** Names of the apps that `create` makes. */
const templates = ["plain", "vue", "svelte", "react"]

/** Files by name. */
const fixedFiles = [
  ...["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "THIRD-PARTY.md", "package.json"],
  ...["server/README.md", "server/PROTOCOL.md", "docs/demo.png"],
  ...["livestore-filesync", "collect-garbage", "create", "usage-error"].map((name) => `bin/${name}.mjs`),
  ...["custom-elements", "vscode.html-custom-data", "vscode.css-custom-data", "web-types", "integrity"].map(
    (name) => `dist/${name}.json`,
  ),
  ...["vue", "svelte", "react"].flatMap((name) => [
    `dist/frameworks/${name}.js`,
    `dist/frameworks/${name}.d.ts`,
  ]),
  ...["local-backend", "worker"].map((name) => `dist/dev/${name}.mjs`),
  ...Object.keys(libraryEntries).map((name) => `dist/${name}.js`),
  ...Object.keys(classicServiceWorkers).flatMap((name) => [`dist/${name}.js`, `dist/cdn/${name}.js`]),
  ...Object.keys({ ...dropInEntries, ...dropInScripts }).map((name) => `dist/cdn/${name}.js`),
  ...["dist/cdn/wa-sqlite.wasm", "dist/cdn/THIRD-PARTY.md"],
]

const sourceOf = (path) => /^dist\/modules\/((?:src|components|server|sw)\/.+)\.js(?:\.map)?$/.exec(path)?.[1]

/** Files of which there are as many as the sources have. */
const allowed = [
  (path) => path.endsWith(".js.map") && paths.includes(path.replace(/\.map$/, "")),
  (path) =>
    sourceOf(path) !== undefined &&
    existsSync(join(root, `${sourceOf(path)}.ts`)) &&
    !/\.test|test-support/.test(path),
  // What `create` copies.
  (path) => /^demo\/(?:package\.json$|(?:board|plain|react|svelte|vue)\/)/.test(path),
  (path) => /^docs\/(?:(?:guides|reference)\/)?[\w-]+\.md$/.test(path),
  // Workers as text, and what of others is small enough to be carried along.
  (path) =>
    /^dist\/modules\/(?:_virtual\/_virtual_[\w-]+|packages\/(?:aws4fetch|@noble\/hashes)\/.+)\.js$/.test(
      path,
    ),
  // Chunks of the script-tag build. Each is loaded by another file: see below.
  (path) => /^dist\/cdn\/[\w.-]+-[\w-]{8}\.js$/.test(path),
  // Each is led to by an entry: see below.
  (path) => /^dist\/types\/(?:src|components|server|sw)\/.+\.d\.ts$/.test(path),
]

describe("the packed package", () => {
  it("has all that must be there, and nothing that need not", () => {
    assert.deepEqual(
      fixedFiles.filter((path) => !paths.includes(path)),
      [],
      "missing",
    )
    const isAllowed = (path) => fixedFiles.includes(path) || allowed.some((isSo) => isSo(path))
    assert.deepEqual(
      paths.filter((path) => !isAllowed(path)),
      [],
      "not needed",
    )
  })

  it("has all of the apps that `create` copies", () => {
    for (const name of ["board", ...templates]) {
      const { stdout } = spawnSync("git", ["ls-files", `demo/${name}`], { cwd: root, encoding: "utf8" })
      const ours = stdout.split("\n").filter((path) => path !== "")
      // A copy of the sources without a history has the same files.
      assert.deepEqual(
        ours.filter((path) => !paths.includes(path)),
        [],
      )
      assert.ok(below(`demo/${name}/`, "").length >= 5, name)
    }
  })

  it("has everything that a relative link in it leads to, headings included", () => {
    const pages = new Map(
      below("", ".md").map((path) => [path, renderMarkdown(readFileSync(join(packed, path), "utf8"))]),
    )
    const broken = []
    let followed = 0
    for (const [path, { links }] of pages) {
      for (const { href } of links) {
        const { kind, target, fragment } = readLink(path, href)
        if (kind === "away") continue
        followed++
        const isThere = paths.includes(target) || below(`${target.replace(/\/$/, "")}/`, "").length > 0
        const ids = pages.get(target)?.headings.map(({ id }) => id)
        if (!isThere || (fragment !== undefined && !ids?.includes(fragment))) broken.push(`${path}: ${href}`)
      }
    }
    assert.ok(followed > 300, `${followed} links`)
    assert.deepEqual(broken, [])
    const guarantees = readFileSync(join(packed, "docs/guarantees.md"), "utf8")
    assert.match(guarantees, /Shown \(`test\/contracts\/losing-nothing\.test\.ts`\)/)
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
      ...Object.keys({ ...dropInEntries, ...dropInScripts, ...classicServiceWorkers }).map(
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
    // And a whole Worker, which is deployed as it is.
    const scripts = [
      "./filesync.js",
      "./filesync-sw.js",
      "./filesync-sw-background.js",
      "./cdn/*",
      "./worker",
    ]
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
