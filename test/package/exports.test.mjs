import assert from "node:assert/strict"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { libraryEntries } from "../../scripts/build/entries.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const inPackage = (path) => join(root, path)

const targetsOf = (target) => (typeof target === "string" ? [target] : Object.values(target))

describe("the package's entries", () => {
  for (const [name, target] of Object.entries(manifest.exports)) {
    if (name.includes("*")) continue
    it(`${name} leads to files that are built`, () => {
      for (const path of targetsOf(target)) assert.ok(existsSync(inPackage(path)), `${path} is missing`)
    })
  }

  it("are the entries that are built, no more and no less", () => {
    const exported = Object.values(manifest.exports)
      .filter((target) => typeof target === "object" && !target.default.startsWith("./dist/frameworks/"))
      .map((target) => target.default.replace(/^\.\/dist\//, "").replace(/\.js$/, ""))
    assert.deepEqual(exported.toSorted(), Object.keys(libraryEntries).toSorted())
  })

  it("that are marked free of side effects register no element", () => {
    const registers = (path) => /customElements\.(?:define|get)\(/.test(readFileSync(inPackage(path), "utf8"))
    const withoutEffects = Object.values(manifest.exports)
      .filter((target) => typeof target === "object" && !manifest.sideEffects.includes(target.default))
      .map((target) => target.default)
    assert.deepEqual(withoutEffects.filter(registers), [])
  })

  it("bring along neither LiveStore, Effect nor Lit: those are the app's", () => {
    const { dependencies = {}, peerDependencies } = manifest
    assert.ok("effect" in peerDependencies && "@livestore/livestore" in peerDependencies)
    const built = readFileSync(inPackage("dist/index.js"), "utf8")
    const bare = [...built.matchAll(/\bfrom\s*"([^."][^"]*)"/g)].map((match) => match[1])
    for (const id of bare) {
      const name = id.startsWith("@") ? id.split("/").slice(0, 2).join("/") : id.split("/")[0]
      assert.ok(name in dependencies || name in peerDependencies, `${id} is imported but not declared`)
    }
  })
})

describe("npx livestore-filesync", () => {
  const run = (...args) =>
    spawnSync(process.execPath, [inPackage("bin/livestore-filesync.mjs"), ...args], { encoding: "utf8" })

  it("copies the service worker as it was built", () => {
    const folder = mkdtempSync(join(tmpdir(), "filesync-copy-sw-"))
    try {
      assert.equal(run("copy-sw", join(folder, "public")).status, 0)
      for (const name of ["filesync-sw.js", "filesync-sw-background.js"]) {
        assert.equal(
          readFileSync(join(folder, "public", name), "utf8"),
          readFileSync(inPackage(`dist/${name}`), "utf8"),
        )
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it("copies an app that stands on its own, and changes nothing in a folder that is in use", () => {
    const folder = mkdtempSync(join(tmpdir(), "filesync-create-"))
    try {
      for (const template of ["plain", "vue", "svelte", "react"]) {
        const app = join(folder, template)
        const { status, stdout } = run("create", app, "--template", template)
        assert.equal(status, 0, template)
        assert.match(stdout, /npm install\n {2}npm start/)
        const names = readdirSync(app, { recursive: true }).map(String)
        const outside = names.filter(
          (name) =>
            /\.(?:[jt]sx?|json|vue|svelte)$/.test(name) &&
            /\.\.\/\.\.\//.test(readFileSync(join(app, name), "utf8")),
        )
        assert.deepEqual(outside, [], "nothing leads out of the app")
        const again = run("create", app)
        assert.equal(again.status, 1)
        assert.match(again.stderr, /is not empty; nothing was changed/)
        assert.deepEqual(readdirSync(app, { recursive: true }).map(String), names)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it("explains itself when asked, and says in a sentence what it refuses", () => {
    assert.match(run("--help").stdout, /copy-sw DIR/)
    for (const [args, sentence, help] of [
      [["deploy"], "There is no command deploy.", ""],
      [["copy-sw"], "copy-sw needs one folder.", "copy-sw "],
      [["dev", "--port", "many"], "--port many is not a port number (0 to 65535).", "dev "],
      [["dev", "--nonsense"], "Unknown option '--nonsense'", "dev "],
    ]) {
      const { status, stderr } = run(...args)
      assert.equal(status, 1, sentence)
      assert.equal(stderr, `${sentence}\n\nlivestore-filesync ${help}--help says more.\n`)
    }
  })
})
