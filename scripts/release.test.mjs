import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, it } from "node:test"
import { projectRoot } from "./ensure-installed.mjs"
import { integrityOf, scriptTags } from "./release/integrity.mjs"
import { changelogProblems, treeProblems, versionProblems } from "./release/readiness.mjs"

describe("a release", () => {
  it("is made from a tree with nothing uncommitted", () => {
    assert.deepEqual(treeProblems(""), [])
    assert.match(treeProblems(" M a.ts\n?? b.ts\n")[0], /^2 files/)
    assert.equal(treeProblems(undefined).length, 1)
  })

  it("has one version everywhere", () => {
    const places = { source: 'export const version = "1.2.3"', lockfile: '{ "version": "1.2.3" }' }
    assert.deepEqual(versionProblems("1.2.3", places), [])
    assert.deepEqual(versionProblems("1.2.3-beta.1", places).length, 2)
    assert.match(versionProblems("latest", places)[0], /not a version/)
  })

  it("stands in the changelog, with a date", () => {
    const changelog = (date, next = "") =>
      `# Changelog\n\n## [Unreleased]\n\n${next}\n## [1.2.3]${date}\n\n- New.\n`
    const problems = (text, isDryRun = false) => changelogProblems("1.2.3", text, { isDryRun })
    assert.deepEqual(problems(changelog(" - 2026-01-02")), [])
    assert.match(problems(changelog(""))[0], /no date/)
    assert.match(problems(changelog(" - unreleased"))[0], /no date/)
    assert.deepEqual(problems(changelog(" - unreleased"), true), [])
    assert.match(problems(changelog(" - 2026-01-02", "- Later.\n"))[0], /unreleased changes/)
    assert.match(problems("# Changelog\n")[0], /no section/)
    assert.match(
      problems("## [1.2.3] - 2026-01-02\n\n## [1.0.0] - 2025-01-01\n\n- Old.\n")[0],
      /says nothing/,
    )
  })

  it("is in order in this tree, but for what is uncommitted and the date", () => {
    const read = (path) => readFileSync(join(projectRoot, path), "utf8")
    const { version } = JSON.parse(read("package.json"))
    const places = { source: read("src/version.ts"), lockfile: read("package-lock.json") }
    assert.deepEqual(versionProblems(version, places), [])
    const unreleased = /^## \[Unreleased\][\s\S]*?(?=^## \[)/m
    assert.deepEqual(
      changelogProblems(version, read("CHANGELOG.md").replace(unreleased, ""), { isDryRun: true }),
      [],
    )
  })
})

describe("the hashes for pages", () => {
  it("are SHA-384 of scripts and wasm, in the form browsers take, and stand in the tags", () => {
    const folder = mkdtempSync(join(tmpdir(), "filesync-integrity-"))
    try {
      const names = ["filesync.js", "filesync-inspector.js", "chunk-1.js", "livestore-worker.js", "a.wasm"]
      for (const name of [...names, "filesync.js.map"]) writeFileSync(join(folder, name), name)
      const integrity = integrityOf(folder)
      assert.deepEqual(Object.keys(integrity), names.toSorted())
      const hash = createHash("sha384").update("filesync.js").digest("base64")
      assert.equal(integrity["filesync.js"], `sha384-${hash}`)
      const tags = scriptTags(integrity, "https://cdn.example/")
      assert.ok(tags.includes(`integrity="sha384-${hash}" src="https://cdn.example/filesync.js"`))
      const map = JSON.parse(/<script type="importmap">(.*)<\/script>/.exec(tags)[1])
      assert.equal(map.integrity["https://cdn.example/chunk-1.js"], integrity["chunk-1.js"])
      assert.ok(!("https://cdn.example/livestore-worker.js" in map.integrity))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
